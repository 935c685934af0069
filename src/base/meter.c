/* SPDX-License-Identifier: MIT */
#include "base/meter.h"

#include <stddef.h>

void sx_meter_init(struct sx_meter *meter, sx_meter_report *report, void *context)
{
    meter->report = report;
    meter->context = context;
    meter->path = "";
    meter->teller = pthread_self();
    atomic_init(&meter->files, 0);
    atomic_init(&meter->bytes, 0);
}

void sx_meter_count(struct sx_meter *meter, uint64_t files, uint64_t bytes)
{
    if (meter == NULL || meter->report == NULL)
        return;
    uint64_t all_files = atomic_fetch_add(&meter->files, files) + files;
    uint64_t all_bytes = atomic_fetch_add(&meter->bytes, bytes) + bytes;
    if (pthread_equal(meter->teller, pthread_self()))
        meter->report(meter->context, meter->path, all_files, all_bytes);
}
