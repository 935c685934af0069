/* SPDX-License-Identifier: MIT */
#include "codesign/pages.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    BUFFER = 1 << 20, /* bytes read at once */
    RANGE = 4 << 20,  /* bytes of a range, more for a file with very many */
    MAX_RANGES = 1024,
    PAGES_PER_BYTE = 8, /* ranges share no byte of the bits, so that workers need no lock */
};

struct sx_page_range {
    struct sx_err err; /* SX_OK: all of it was examined */
};

struct sx_page_worker {
    struct sx_arena *arena; /* holds the worker itself */
    struct sx_hasher *hasher;
    uint8_t *buffer;
};

struct sx_page_worker *sx_page_worker_new(const struct sx_crypto *crypto)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_page_worker *worker = SX_NEW(arena, struct sx_page_worker);
    *worker =
        (struct sx_page_worker){ arena, sx_hasher_new(crypto), sx_arena_alloc(arena, BUFFER) };
    return worker;
}

void sx_page_worker_free(struct sx_page_worker *worker)
{
    if (worker == NULL)
        return;
    sx_hasher_free(worker->hasher);
    sx_arena_free(worker->arena);
}

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return a / b + (a % b != 0);
}

void sx_page_check_init(struct sx_page_check *check, const struct sx_signature *signature,
                        const struct sx_source *source, uint64_t off, uint64_t len,
                        struct sx_arena *arena)
{
    const struct sx_code_directory *cd = signature->chosen;
    *check = (struct sx_page_check){
        .signature = signature, .source = source, .off = off, .len = len, .limit = cd->code_limit
    };
    check->page_size = sx_code_directory_page_size(cd);
    if (check->page_size == 0)
        check->page_size = check->limit > 0 ? check->limit : 1;
    check->n_pages = check->limit <= len ? cd->n_code_slots : len / check->page_size;
    uint64_t range = divide_up(check->limit, MAX_RANGES);
    uint64_t pages = divide_up(range > RANGE ? range : RANGE, check->page_size);
    check->pages_per_range = divide_up(pages, PAGES_PER_BYTE) * PAGES_PER_BYTE;
    check->n_ranges = (size_t)divide_up(check->n_pages, check->pages_per_range);
    check->ranges = SX_NEW_N(arena, struct sx_page_range, check->n_ranges);
    check->altered_stride = (size_t)divide_up(check->n_pages, PAGES_PER_BYTE);
    check->altered = sx_arena_alloc_n(arena, signature->n_directories, check->altered_stride);
}

static uint64_t page_begin(const struct sx_page_check *check, uint64_t page)
{
    return page * check->page_size;
}

static uint64_t page_end(const struct sx_page_check *check, uint64_t page)
{
    uint64_t left = check->limit - page_begin(check, page);
    return page_begin(check, page) + (left < check->page_size ? left : check->page_size);
}

static void compare(struct sx_page_check *check, size_t directory, uint64_t page,
                    const uint8_t *digest)
{
    struct sx_span want =
        sx_code_directory_page(&check->signature->directories[directory], (uint32_t)page);
    if (want.len > 0 && memcmp(want.ptr, digest, want.len) == 0)
        return;
    check->altered[directory * check->altered_stride + page / PAGES_PER_BYTE] |=
        (uint8_t)(1u << page % PAGES_PER_BYTE);
}

static void check_page(struct sx_page_check *check, uint64_t page, const uint8_t *bytes, size_t n,
                       struct sx_hasher *hasher)
{
    const struct sx_signature *s = check->signature;
    uint8_t digest[SX_HASH_MAX_LEN];
    for (size_t i = 0; i < s->n_directories; i++) {
        if (!s->directories[i].hash_is_known)
            continue;
        sx_hash_bytes(hasher, (enum sx_hash)s->directories[i].hash_type, bytes, n, digest);
        compare(check, i, page, digest);
    }
}

/* Pages that fit into the buffer are read many at once. */
static bool check_pages(struct sx_page_check *check, uint64_t from, uint64_t to,
                        struct sx_page_worker *w, struct sx_err *err)
{
    uint64_t at_once = BUFFER / check->page_size;
    for (uint64_t first = from; first < to; first += at_once) {
        uint64_t last = to - first < at_once ? to : first + at_once;
        uint64_t begin = page_begin(check, first);
        size_t len = (size_t)(page_end(check, last - 1) - begin);
        SX_TRY(sx_source_pread(check->source, check->off + begin, w->buffer, len, err));
        for (uint64_t page = first; page < last; page++) {
            size_t at = (size_t)(page_begin(check, page) - begin);
            size_t n = (size_t)(page_end(check, page) - page_begin(check, page));
            check_page(check, page, w->buffer + at, n, w->hasher);
        }
    }
    return true;
}

/* A truncated hash is the beginning of the whole one. */
static enum sx_hash whole_hash(const struct sx_code_directory *cd)
{
    return cd->hash_type == SX_HASH_SHA256_TRUNCATED ? SX_HASH_SHA256 : (enum sx_hash)cd->hash_type;
}

static unsigned hashes_wanted(const struct sx_signature *s)
{
    unsigned hashes = 0;
    for (size_t i = 0; i < s->n_directories; i++)
        if (s->directories[i].hash_is_known)
            hashes |= SX_HASH_BIT(whole_hash(&s->directories[i]));
    return hashes;
}

static void compare_large_page(struct sx_page_check *check, uint64_t page, struct sx_hasher *hasher)
{
    const struct sx_signature *s = check->signature;
    unsigned hashes = hashes_wanted(s);
    uint8_t digest[SX_HASH_MAX_LEN];
    for (unsigned hash = 0; hashes >> hash != 0; hash++) {
        if ((hashes & SX_HASH_BIT(hash)) == 0)
            continue;
        sx_hash_final(hasher, (enum sx_hash)hash, digest);
        for (size_t i = 0; i < s->n_directories; i++)
            if (s->directories[i].hash_is_known && whole_hash(&s->directories[i]) == hash)
                compare(check, i, page, digest);
    }
}

/* A page that does not fit is hashed piece by piece, by all algorithms in one pass. */
static bool check_large_page(struct sx_page_check *check, uint64_t page, struct sx_page_worker *w,
                             struct sx_err *err)
{
    sx_hash_begin(w->hasher, hashes_wanted(check->signature));
    for (uint64_t at = page_begin(check, page); at < page_end(check, page); at += BUFFER) {
        uint64_t left = page_end(check, page) - at;
        size_t n = left < BUFFER ? (size_t)left : BUFFER;
        SX_TRY(sx_source_pread(check->source, check->off + at, w->buffer, n, err));
        sx_hash_update(w->hasher, w->buffer, n);
    }
    compare_large_page(check, page, w->hasher);
    return true;
}

static bool check_large_pages(struct sx_page_check *check, uint64_t from, uint64_t to,
                              struct sx_page_worker *w, struct sx_err *err)
{
    for (uint64_t page = from; page < to; page++)
        SX_TRY(check_large_page(check, page, w, err));
    return true;
}

void sx_page_check_range(struct sx_page_check *check, size_t i, struct sx_page_worker *worker)
{
    uint64_t from = i * check->pages_per_range;
    uint64_t left = check->n_pages - from;
    uint64_t to = from + (left < check->pages_per_range ? left : check->pages_per_range);
    struct sx_err *err = &check->ranges[i].err;
    bool ok = check->page_size <= BUFFER ? check_pages(check, from, to, worker, err)
                                         : check_large_pages(check, from, to, worker, err);
    assert(ok == (err->code == SX_OK));
    (void)ok; /* the range keeps its error for sx_page_check_finish */
}

/* All ranges of all checks, numbered through. */
struct run {
    struct sx_page_check *const *checks;
    const size_t *first; /* number of the first range of each check, and the end */
    size_t n;
    struct sx_page_worker **workers;
    const struct sx_crypto *crypto;
};

static void turn(void *context, size_t i, unsigned worker)
{
    struct run *run = context;
    size_t low = 0;
    size_t high = run->n; /* first[low] <= i < first[high] */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (run->first[middle] <= i)
            low = middle;
        else
            high = middle;
    }
    if (run->workers[worker] == NULL)
        run->workers[worker] = sx_page_worker_new(run->crypto);
    sx_page_check_range(run->checks[low], i - run->first[low], run->workers[worker]);
}

void sx_page_checks_run(struct sx_page_check *const *checks, size_t n, struct sx_pool *pool,
                        const struct sx_crypto *crypto)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    size_t *first = SX_NEW_N(arena, size_t, n + 1);
    for (size_t i = 0; i < n; i++)
        first[i + 1] = first[i] + checks[i]->n_ranges;
    struct run run = { checks, first, n, NULL, crypto };
    run.workers = SX_NEW_N(arena, struct sx_page_worker *, sx_pool_jobs(pool));
    sx_pool_for(pool, first[n], turn, &run);
    for (unsigned i = 0; i < sx_pool_jobs(pool); i++)
        sx_page_worker_free(run.workers[i]);
}

static bool is_altered(const struct sx_page_check *check, size_t directory, uint64_t page)
{
    uint8_t bits = check->altered[directory * check->altered_stride + page / PAGES_PER_BYTE];
    return (bits >> page % PAGES_PER_BYTE & 1) != 0;
}

static void report_page(const struct sx_page_check *check, uint64_t page,
                        struct sx_code_problems *problems)
{
    const struct sx_signature *s = check->signature;
    char names[64] = "";
    for (size_t i = 0; i < s->n_directories; i++)
        if (is_altered(check, i, page))
            snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
                     names[0] != '\0' ? ", " : "", sx_hash_name(s->directories[i].hash_type));
    if (names[0] != '\0')
        sx_code_note_page(
            problems, SX_CODE_FAULT_PAGE, (uint32_t)page, check->off + page_begin(check, page),
            "page %llu of %u, bytes %llu to %llu: %s differs", (unsigned long long)page,
            s->chosen->n_code_slots, (unsigned long long)page_begin(check, page),
            (unsigned long long)page_end(check, page), names);
}

bool sx_page_check_finish(const struct sx_page_check *check, struct sx_code_problems *problems,
                          struct sx_err *err)
{
    for (uint64_t page = 0; page < check->n_pages; page++)
        report_page(check, page, problems);
    if (check->n_pages < check->signature->chosen->n_code_slots)
        sx_code_note_page(
            problems, SX_CODE_FAULT_PAGE, (uint32_t)check->n_pages, check->off + check->len,
            "pages %llu to %u lie behind the end at %llu", (unsigned long long)check->n_pages,
            check->signature->chosen->n_code_slots - 1, (unsigned long long)check->len);
    for (size_t i = 0; i < check->n_ranges; i++)
        if (check->ranges[i].err.code != SX_OK) {
            *err = check->ranges[i].err;
            return false;
        }
    return true;
}

uint64_t sx_page_check_bytes(const struct sx_page_check *check)
{
    return check->limit <= check->len ? check->limit : page_begin(check, check->n_pages);
}
