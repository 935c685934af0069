/* SPDX-License-Identifier: MIT */
/* Text that a writer wrote, and its comparison with a file in tests/unit/expected. Run a test
 * with SX_REWRITE=1 to write those files anew, and read the difference before committing it. */
#pragma once
#include "base/buf.h"
#include "report/report.h"

struct written {
    struct sx_buf buf;
    size_t stop_at; /* bytes after which the writer is told to stop; 0 = never */
};

struct sx_out written_to(struct written *out);
/* assert_written_as compares with tests/unit/expected/<name>, and frees what was written. */
void assert_written_as(struct written *out, const char *name);
