/* SPDX-License-Identifier: MIT */
/* How far a run has come, for somebody who waits. Every thread counts; the one that made the meter
 * tells, whenever it counts itself. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

typedef void sx_meter_report(void *context, const char *path, uint64_t files, uint64_t bytes);

struct sx_meter {
    sx_meter_report *report; /* NULL: nobody waits */
    void *context;
    const char *path; /* of the artifact, borrowed; of the thread that tells */
    pthread_t teller;
    atomic_uint_fast64_t files, bytes; /* of all artifacts so far */
};

void sx_meter_init(struct sx_meter *meter, sx_meter_report *report, void *context);
/* sx_meter_count adds what has been read; `meter` may be NULL. */
void sx_meter_count(struct sx_meter *meter, uint64_t files, uint64_t bytes);
