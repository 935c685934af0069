/* SPDX-License-Identifier: MIT */
/* One writer a format. */
#pragma once
#include "report/report.h"

bool sx_write_text(const struct sx_judgements *judgements, const struct sx_style *style,
                   struct sx_out out);
bool sx_write_json(const struct sx_judgements *judgements, const struct sx_style *style,
                   struct sx_out out);
