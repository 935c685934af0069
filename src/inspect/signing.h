/* SPDX-License-Identifier: MIT */
/* From what crypto/ says to facts. Internal to inspect/. */
#pragma once
#include "crypto/cms.h"
#include "inspect/inspector.h"

/* sx_inspect_chain makes certificates of a chain, leaf first. */
struct sx_objs sx_inspect_chain(struct sx_inspector *in, const struct sx_chain *chain);
/* sx_inspect_certificate makes one of its DER. Of what is no certificate, and of a SHA-256 that no
 * certificate of the run has had so far, only the fingerprint is known. */
const struct sx_Certificate *sx_inspect_certificate(struct sx_inspector *in, struct sx_span der);
const struct sx_Certificate *sx_inspect_fingerprint(struct sx_inspector *in, struct sx_str sha256);
enum sx_Signer sx_inspect_signer(enum sx_identity signer);
/* sx_inspect_verdict makes problems of what is wrong with a CMS. */
void sx_inspect_verdict(const struct sx_verdict *verdict, struct sx_problems *problems);
/* sx_inspect_content is what a CMS carries, whoever signed it; `bytes` themselves when they are
 * no CMS. */
struct sx_span sx_inspect_content(struct sx_subject *s, struct sx_span bytes);
