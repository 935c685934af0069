/* SPDX-License-Identifier: MIT */
/* From the way to a value to its place in DER. */
#include "crypto/ber.h"
#include "entitlements/der.h"

enum { TAG_OBJECT = 0x70 };

static bool take(struct sx_ber_reader *r, struct sx_ber *out)
{
    struct sx_err ignored = { 0 }; /* who parsed the object has said what is wrong with it */
    return !sx_ber_at_end(r) && sx_ber_next(r, "element", out, &ignored);
}

/* Of an object the dictionary counts, which follows the version. */
static bool dictionary_of(struct sx_ber *element)
{
    if (element->tag != TAG_OBJECT)
        return true;
    struct sx_ber_reader r = sx_ber_reader(element->contents, SX_DER);
    return take(&r, element) && take(&r, element);
}

static bool find_key(struct sx_ber_reader *pairs, struct sx_str wanted, struct sx_ber *out)
{
    struct sx_ber pair, key;
    while (take(pairs, &pair)) {
        struct sx_ber_reader r = sx_ber_reader(pair.contents, SX_DER);
        if (take(&r, &key) && sx_str_eq(sx_str_of_span(key.contents), wanted))
            return take(&r, out);
    }
    return false;
}

static bool find_index(struct sx_ber_reader *elements, size_t index, struct sx_ber *out)
{
    for (size_t i = 0; i <= index; i++)
        if (!take(elements, out))
            return false;
    return true;
}

static bool find(struct sx_span in, const struct sx_step *at, struct sx_ber *out)
{
    struct sx_ber_reader r = sx_ber_reader(in, SX_DER);
    if (at == NULL)
        return take(&r, out);
    if (!find(in, at->up, out) || !dictionary_of(out))
        return false;
    r = sx_ber_reader(out->contents, SX_DER);
    return at->key.ptr != NULL ? find_key(&r, at->key, out) : find_index(&r, at->index, out);
}

bool sx_der_find(struct sx_span in, const struct sx_step *at, uint64_t *off)
{
    struct sx_ber found;
    if (!find(in, at, &found))
        return false;
    *off = found.whole.off;
    return true;
}
