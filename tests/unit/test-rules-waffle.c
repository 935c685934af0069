/* SPDX-License-Identifier: MIT */
/* The built-in rules that Waffle breaks, an app with every second thing wrong: what a reader is
 * told, word for word. The facts are in tests/unit/facts, the words in tests/unit/expected. (All
 * rules are asked of the real Waffle, in tests/golden/check-waffle.) */
#include "judged.h"
#include "rows.h"
#include "written.h"

static const char *const broken[] = { "CS501", "CS502", "EN301", "EN302", "MD110", "NE102",
                                      "NE103", "NE108", "NE121", "NE130", "NT101", "NT104",
                                      "NT105", "NT130", "PP404", "PP405", "UD104", "VR104" };

static void judge_waffle(struct judged *j)
{
    struct sx_str ids[SX_LEN(broken)];
    for (size_t i = 0; i < SX_LEN(broken); i++)
        ids[i] = sx_str_of(broken[i]);
    struct sx_selection selection = { .select = { ids, SX_LEN(broken) } };
    judged_start_file(j, "waffle.yaml");
    judged_finish(j, &selection);
}

static void tells(void **state)
{
    (void)state;
    struct judged j;
    struct written out = { 0 };
    judge_waffle(&j);
    sx_buf_str(&out.buf, judged_findings(&j));
    assert_written_as(&out, "rules-waffle");
    judged_free(&j);
}

static void decides(void **state)
{
    (void)state;
    struct judged j;
    struct written out = { 0 };
    judge_waffle(&j);
    sx_buf_str(&out.buf, judged_verdicts(&j));
    sx_buf_str(&out.buf, j.all->whole.sentence);
    sx_buf_char(&out.buf, '\n');
    assert_written_as(&out, "rules-waffle-verdicts");
    judged_free(&j);
}

static void counts(void **state)
{
    (void)state;
    struct judged j;
    judge_waffle(&j);
    assert_int_equal(j.all->whole.count[SX_SEVERITY_ERROR], 8);
    assert_int_equal(j.all->whole.count[SX_SEVERITY_WARNING], 1);
    assert_int_equal(j.all->whole.count[SX_SEVERITY_NOTE], 1);
    assert_int_equal(j.all->at[0].count[SX_SEVERITY_ERROR], 7);
    assert_int_equal(j.all->at[1].count[SX_SEVERITY_ERROR], 1);
    judged_free(&j);
}

/* The same facts give the same fingerprints, different findings different ones. */
static void fingerprints(void **state)
{
    (void)state;
    struct judged a, b;
    judge_waffle(&a);
    judge_waffle(&b);
    const struct sx_judgement *x = &a.all->whole, *y = &b.all->whole;
    assert_int_equal(x->n_findings, y->n_findings);
    for (size_t i = 0; i < x->n_findings; i++) {
        assert_int_equal(x->findings[i]->fingerprint.len, 64);
        assert_true(sx_str_eq(x->findings[i]->fingerprint, y->findings[i]->fingerprint));
        for (size_t k = 0; k < i; k++)
            assert_false(sx_str_eq(x->findings[i]->fingerprint, x->findings[k]->fingerprint));
    }
    judged_free(&a);
    judged_free(&b);
}

int main(void)
{
    static struct rows rows;
    ADD_TEST(&rows, tells);
    ADD_TEST(&rows, decides);
    ADD_TEST(&rows, counts);
    ADD_TEST(&rows, fingerprints);
    return run_rows("rules-waffle", &rows);
}
