/* SPDX-License-Identifier: MIT */
#include "codesign/code_directory.h"

#include "codesign/slot.h"

enum {
    MIN_SIZE = 96, /* Security: the newest struct it knows, whatever the version */
    OLDEST = 0x20001,
    NEWEST = 0x2f000, /* Security, codedirectory.h: compatibilityLimit */
    MAX_PAGE_SHIFT = 31,
    SCATTER_ELEMENT = 24,
};

/* Version from which a group of fields is there. */
enum {
    HAS_SCATTER = 0x20100,
    HAS_TEAM = 0x20200,
    HAS_CODE_LIMIT_64 = 0x20300,
    HAS_EXEC_SEGMENT = 0x20400,
    HAS_RUNTIME = 0x20500,
    HAS_LINKAGE = 0x20600,
};

/* One CodeDirectory being checked. */
struct check {
    struct sx_code_directory *cd;
    struct sx_code_problems *problems;
};

/* NOTE records a fault of this CodeDirectory; FAIL makes it the answer of a check. */
#define NOTE(check, fault, ...)                                                                    \
    sx_code_note((check)->problems, SX_CODE_FAULT_##fault, (check)->cd->slot,                      \
                 (check)->cd->blob.off, __VA_ARGS__)
#define FAIL(check, fault, ...) (NOTE(check, fault, __VA_ARGS__), false)

static void read_oldest(struct sx_cursor *c, struct sx_code_directory *cd)
{
    (void)sx_get_bytes(c, 8, "CodeDirectory.magic");
    cd->version = sx_get_u32(c, "CodeDirectory.version");
    cd->flags = sx_get_u32(c, "CodeDirectory.flags");
    cd->hash_offset = sx_get_u32(c, "CodeDirectory.hashOffset");
    cd->ident_offset = sx_get_u32(c, "CodeDirectory.identOffset");
    cd->n_special_slots = sx_get_u32(c, "CodeDirectory.nSpecialSlots");
    cd->n_code_slots = sx_get_u32(c, "CodeDirectory.nCodeSlots");
    cd->code_limit_32 = sx_get_u32(c, "CodeDirectory.codeLimit");
    cd->hash_size = sx_get_u8(c, "CodeDirectory.hashSize");
    cd->hash_type = sx_get_u8(c, "CodeDirectory.hashType");
    cd->platform = sx_get_u8(c, "CodeDirectory.platform");
    cd->page_shift = sx_get_u8(c, "CodeDirectory.pageSize");
    cd->spare2 = sx_get_u32(c, "CodeDirectory.spare2");
}

static void read_newer(struct sx_cursor *c, struct sx_code_directory *cd)
{
    if (cd->version >= HAS_SCATTER)
        cd->scatter_offset = sx_get_u32(c, "CodeDirectory.scatterOffset");
    if (cd->version >= HAS_TEAM)
        cd->team_offset = sx_get_u32(c, "CodeDirectory.teamOffset");
    if (cd->version >= HAS_CODE_LIMIT_64) {
        cd->spare3 = sx_get_u32(c, "CodeDirectory.spare3");
        cd->code_limit_64 = sx_get_u64(c, "CodeDirectory.codeLimit64");
    }
    if (cd->version >= HAS_EXEC_SEGMENT) {
        cd->exec_seg_base = sx_get_u64(c, "CodeDirectory.execSegBase");
        cd->exec_seg_limit = sx_get_u64(c, "CodeDirectory.execSegLimit");
        cd->exec_seg_flags = sx_get_u64(c, "CodeDirectory.execSegFlags");
    }
    if (cd->version >= HAS_RUNTIME) {
        cd->runtime = sx_get_u32(c, "CodeDirectory.runtime");
        cd->pre_encrypt_offset = sx_get_u32(c, "CodeDirectory.preEncryptOffset");
    }
    if (cd->version >= HAS_LINKAGE) {
        cd->linkage_hash_type = sx_get_u8(c, "CodeDirectory.linkageHashType");
        cd->linkage_application_type = sx_get_u8(c, "CodeDirectory.linkageApplicationType");
        cd->linkage_application_subtype = sx_get_u16(c, "CodeDirectory.linkageApplicationSubType");
        cd->linkage_offset = sx_get_u32(c, "CodeDirectory.linkageOffset");
        cd->linkage_size = sx_get_u32(c, "CodeDirectory.linkageSize");
    }
}

static bool check_blob(const struct check *c)
{
    struct sx_cursor cursor = sx_cursor_be(c->cd->blob);
    struct sx_err err = { 0 };
    uint32_t magic = sx_get_u32(&cursor, "CodeDirectory.magic");
    uint32_t length = sx_get_u32(&cursor, "CodeDirectory.length");
    if (!sx_cursor_ok(&cursor, &err))
        return FAIL(c, DIRECTORY_BLOB, "%s", err.what);
    if (magic != sx_slot_info(SX_SLOT_CODE_DIRECTORY)->magic)
        return FAIL(c, DIRECTORY_BLOB, "CodeDirectory.magic: found 0x%x", magic);
    if (length != c->cd->blob.len)
        return FAIL(c, DIRECTORY_BLOB, "CodeDirectory.length: %u, the component has %zu", length,
                    c->cd->blob.len);
    if (length < MIN_SIZE)
        return FAIL(c, DIRECTORY_SIZE, "CodeDirectory.length: %u, at least %d", length, MIN_SIZE);
    return true;
}

static bool read_fields(const struct check *c)
{
    struct sx_cursor cursor = sx_cursor_be(c->cd->blob);
    struct sx_err err = { 0 };
    read_oldest(&cursor, c->cd);
    if (c->cd->version < OLDEST || c->cd->version > NEWEST)
        return FAIL(c, DIRECTORY_VERSION, "CodeDirectory.version: 0x%x, known are 0x%x to 0x%x",
                    c->cd->version, OLDEST, NEWEST);
    read_newer(&cursor, c->cd);
    if (!sx_cursor_ok(&cursor, &err))
        return FAIL(c, DIRECTORY_SIZE, "%s", err.what);
    c->cd->code_limit = c->cd->code_limit_64 != 0 ? c->cd->code_limit_64 : c->cd->code_limit_32;
    return true;
}

/* A string lies in the blob, NUL and all, and not in its header. */
static bool read_text(const struct check *c, uint32_t at, struct sx_str *out)
{
    struct sx_err unused = { 0 };
    struct sx_span rest;
    if (at < 8 || !sx_span_from(c->cd->blob, at, "text", &rest, &unused))
        return false;
    struct sx_str text = sx_str_of_span(rest);
    size_t len = sx_str_find(text, SX_STR("\0"));
    *out = sx_str_sub(text, 0, len);
    return len < text.len;
}

static bool read_strings(const struct check *c)
{
    struct sx_code_directory *cd = c->cd;
    if (!read_text(c, cd->ident_offset, &cd->identifier))
        return FAIL(c, IDENTIFIER,
                    "CodeDirectory.identOffset: %u does not lead to text with an end",
                    cd->ident_offset);
    if (cd->team_offset != 0 && !read_text(c, cd->team_offset, &cd->team))
        return FAIL(c, TEAM, "CodeDirectory.teamOffset: %u does not lead to text with an end",
                    cd->team_offset);
    return true;
}

/* The special slots lie before hashOffset: compare, then subtract. */
static bool read_hashes(const struct check *c)
{
    struct sx_code_directory *cd = c->cd;
    struct sx_err unused = { 0 };
    uint64_t special = (uint64_t)cd->n_special_slots * cd->hash_size;
    uint64_t code = (uint64_t)cd->n_code_slots * cd->hash_size;
    if (special > cd->hash_offset || cd->hash_offset - special < 8 ||
        !sx_span_sub(cd->blob, cd->hash_offset - special, special, "hashes", &cd->special,
                     &unused) ||
        !sx_span_sub(cd->blob, cd->hash_offset, code, "hashes", &cd->code, &unused))
        return FAIL(c, HASH_ARRAY,
                    "CodeDirectory.hashOffset: %u special and %u code hashes of %u bytes around "
                    "%u leave its %zu bytes",
                    cd->n_special_slots, cd->n_code_slots, cd->hash_size, cd->hash_offset,
                    cd->blob.len);
    if (cd->pre_encrypt_offset != 0 &&
        (cd->pre_encrypt_offset < 8 ||
         !sx_span_sub(cd->blob, cd->pre_encrypt_offset, code, "hashes", &cd->pre_encrypt, &unused)))
        return FAIL(c, PRE_ENCRYPT_ARRAY, "CodeDirectory.preEncryptOffset: %u leaves %zu bytes",
                    cd->pre_encrypt_offset, cd->blob.len);
    return true;
}

/* A scatter list ends with an element without pages; the pages of the others have hashes. */
static bool check_scatter(const struct check *c)
{
    struct sx_code_directory *cd = c->cd;
    struct sx_err unused = { 0 };
    struct sx_span list;
    uint64_t pages = 0;
    if (cd->scatter_offset == 0)
        return true;
    if (cd->scatter_offset < 8 ||
        !sx_span_from(cd->blob, cd->scatter_offset, "scatter", &list, &unused))
        return FAIL(c, SCATTER, "CodeDirectory.scatterOffset: %u lies outside", cd->scatter_offset);
    struct sx_cursor cursor = sx_cursor_be(list);
    for (uint32_t count = 1; count != 0; pages += count) {
        count = sx_get_u32(&cursor, "Scatter.count");
        (void)sx_get_bytes(&cursor, SCATTER_ELEMENT - 4, "Scatter");
        if (!sx_cursor_ok(&cursor, &unused))
            return FAIL(c, SCATTER, "CodeDirectory.scatterOffset: the list has no end");
    }
    uint32_t last_array =
        cd->pre_encrypt_offset > cd->hash_offset ? cd->pre_encrypt_offset : cd->hash_offset;
    uint64_t end = last_array + pages * cd->hash_size;
    if (end > cd->blob.len)
        return FAIL(c, SCATTER, "Scatter.count: %llu pages, the CodeDirectory has hashes for %u",
                    (unsigned long long)pages, cd->n_code_slots);
    return true;
}

static bool check_page_count(const struct check *c)
{
    const struct sx_code_directory *cd = c->cd;
    uint64_t want = cd->code_limit > 0 ? 1 : 0;
    if (cd->page_shift > MAX_PAGE_SHIFT)
        return FAIL(c, PAGE_COUNT, "CodeDirectory.pageSize: 2^%u bytes", cd->page_shift);
    if (cd->page_shift > 0 && cd->code_limit == 0)
        return FAIL(c, PAGE_COUNT, "CodeDirectory.codeLimit: 0");
    if (cd->page_shift > 0)
        want = ((cd->code_limit - 1) >> cd->page_shift) + 1;
    if (cd->n_code_slots != want)
        return FAIL(c, PAGE_COUNT,
                    "CodeDirectory.nCodeSlots: %u, a limit of %llu makes %llu pages of 2^%u",
                    cd->n_code_slots, (unsigned long long)cd->code_limit, (unsigned long long)want,
                    cd->page_shift);
    return true;
}

/* Security takes hashSize for the stride of the array and looks no further; the kernel refuses
 * one that is not the algorithm's. */
static void compute_digest(const struct check *c, struct sx_hasher *hasher)
{
    struct sx_code_directory *cd = c->cd;
    bool has_digest = cd->hash_type >= SX_HASH_SHA1 && cd->hash_type <= SX_HASH_SHA512;
    if (!has_digest)
        return;
    cd->digest_len = sx_hash_len(cd->hash_type);
    sx_hash_bytes(hasher, (enum sx_hash)cd->hash_type, cd->blob.ptr, cd->blob.len, cd->digest);
    cd->hash_is_known = sx_hash_rank(cd->hash_type) > 0 && cd->hash_size == cd->digest_len;
    if (cd->hash_size != cd->digest_len)
        NOTE(c, HASH_SIZE, "CodeDirectory.hashSize: %u, %s has %zu", cd->hash_size,
             sx_hash_name(cd->hash_type), cd->digest_len);
}

static void check_spare(const struct check *c)
{
    if (c->cd->spare2 != 0)
        NOTE(c, RESERVED, "CodeDirectory.spare2: 0x%x", c->cd->spare2);
    if (c->cd->spare3 != 0)
        NOTE(c, RESERVED, "CodeDirectory.spare3: 0x%x", c->cd->spare3);
}

bool sx_code_directory_parse(struct sx_span blob, uint32_t slot, struct sx_hasher *hasher,
                             struct sx_code_directory *out, struct sx_code_problems *problems)
{
    struct check c = { out, problems };
    *out = (struct sx_code_directory){ .blob = blob, .slot = slot };
    SX_TRY(check_blob(&c));
    SX_TRY(read_fields(&c));
    SX_TRY(read_strings(&c));
    SX_TRY(read_hashes(&c));
    SX_TRY(check_scatter(&c));
    SX_TRY(check_page_count(&c));
    compute_digest(&c, hasher);
    check_spare(&c);
    return true;
}

struct sx_span sx_code_directory_special(const struct sx_code_directory *cd, uint32_t slot)
{
    struct sx_span hash = { 0 };
    struct sx_err unused = { 0 };
    if (slot == 0 || slot > cd->n_special_slots)
        return hash;
    uint64_t at = (uint64_t)(cd->n_special_slots - slot) * cd->hash_size;
    if (!sx_span_sub(cd->special, at, cd->hash_size, "hash", &hash, &unused) ||
        sx_span_is_zero(hash))
        return (struct sx_span){ 0 };
    return hash;
}

struct sx_span sx_code_directory_page(const struct sx_code_directory *cd, uint32_t page)
{
    struct sx_span hash = { 0 };
    struct sx_err unused = { 0 };
    if (page >= cd->n_code_slots || !sx_span_sub(cd->code, (uint64_t)page * cd->hash_size,
                                                 cd->hash_size, "hash", &hash, &unused))
        return (struct sx_span){ 0 };
    return hash;
}

uint64_t sx_code_directory_page_size(const struct sx_code_directory *cd)
{
    return cd->page_shift == 0 ? 0 : UINT64_C(1) << cd->page_shift;
}

unsigned sx_hash_rank(unsigned hash_type)
{
    static const unsigned char ranks[] = {
        [SX_HASH_SHA1] = 1,
        [SX_HASH_SHA256_TRUNCATED] = 2,
        [SX_HASH_SHA256] = 3,
        [SX_HASH_SHA384] = 4,
    };
    return hash_type < SX_LEN(ranks) ? ranks[hash_type] : 0;
}
