/* SPDX-License-Identifier: MIT */
/* The personalities of a driver say which devices it is for, its entitlements for which it may be:
 * com.apple.developer.driverkit.transport.pci and .usb list dictionaries in the same terms. Any
 * one that grants a match is enough (IOPCIFamily, IOPCIBridge.cpp, comparePropertyMatches; USB
 * Transport Entitlement). */
#include "inspect/info.h"

static const char pci_key[] = "com.apple.developer.driverkit.transport.pci";
static const char usb_key[] = "com.apple.developer.driverkit.transport.usb";

static bool claimed(const struct sx_map *entitlements, const char *key, struct sx_value *out)
{
    const struct sx_value *value = sx_map_get(entitlements, sx_str_of(key));
    if (value == NULL || value->kind != SX_LIST)
        return false;
    *out = *value;
    return true;
}

/* PCI */

/* Registers that a key compares: of the device itself, of its subsystem, its class. */
enum { DEVICE = 1, SUBSYSTEM = 2, CLASS = 4 };
static const struct pci_match {
    const char *key;
    unsigned registers;
} pci_matches[] = {
    { "IOPCIClassMatch", CLASS },
    { "IOPCIMatch", DEVICE | SUBSYSTEM },
    { "IOPCIPrimaryMatch", DEVICE },
    { "IOPCISecondaryMatch", SUBSYSTEM },
};

/* One of the values in a match: devices whose register is `value` where `mask` has bits. */
struct pattern {
    uint32_t value, mask;
};

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* All of the text has to be a number of 32 bits; "*" is not. */
static bool read_hex(struct sx_str text, uint32_t *out)
{
    size_t at = sx_str_starts(text, SX_STR("0x")) || sx_str_starts(text, SX_STR("0X")) ? 2 : 0;
    *out = 0;
    if (at == text.len || text.len - at > 8)
        return false;
    for (; at < text.len; at++) {
        int digit = hex_digit(text.ptr[at]);
        if (digit < 0)
            return false;
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

static bool read_pattern(struct sx_str word, struct pattern *out)
{
    size_t end = sx_str_find(word, SX_STR("&"));
    *out = (struct pattern){ 0, UINT32_MAX };
    if (sx_str_is(word, "*"))
        out->mask = 0;
    else if (!read_hex(sx_str_sub(word, 0, end), &out->value) ||
             (end < word.len && !read_hex(sx_str_sub(word, end + 1, word.len), &out->mask)))
        return false;
    return true;
}

/* The next word of a text; false when there is none. */
static bool next_word(struct sx_str *text, struct sx_str *word)
{
    size_t from = 0, to;
    while (from < text->len && strchr(" \t\r\n", text->ptr[from]) != NULL)
        from++;
    for (to = from; to < text->len && strchr(" \t\r\n", text->ptr[to]) == NULL;)
        to++;
    *word = sx_str_sub(*text, from, to - from);
    *text = sx_str_sub(*text, to, text->len);
    return word->len > 0;
}

/* Every device of `wanted` is one of `granted`: that asks for no bit more, and for the same. */
static bool covers(struct pattern granted, struct pattern wanted)
{
    return (granted.mask & ~wanted.mask) == 0 &&
           ((granted.value ^ wanted.value) & granted.mask) == 0;
}

static bool text_covers(struct sx_str text, struct pattern wanted)
{
    struct sx_str word;
    struct pattern granted;
    while (next_word(&text, &word))
        if (!read_pattern(word, &granted) || covers(granted, wanted))
            return true; /* of what cannot be read nothing is said */
    return false;
}

/* Does an element grant a pattern? It has to by each key that compares the same registers. */
static bool element_grants(struct sx_value element, unsigned registers, struct pattern wanted)
{
    for (size_t i = 0; element.kind == SX_MAP && i < SX_LEN(pci_matches); i++) {
        struct sx_str text;
        if ((pci_matches[i].registers & registers) != 0 &&
            sx_map_str(element.map, pci_matches[i].key, &text) && !text_covers(text, wanted))
            return false;
    }
    return true;
}

static bool is_granted(struct sx_value granted, unsigned registers, struct pattern wanted)
{
    for (size_t i = 0; i < granted.list.n; i++)
        if (element_grants(sx_list_at(granted, i), registers, wanted))
            return true;
    return false;
}

static void check_pci(struct sx_info_notes *notes, const struct sx_map *personality,
                      const struct sx_step *up, struct sx_value granted)
{
    for (size_t i = 0; i < SX_LEN(pci_matches); i++) {
        const struct sx_value *value = sx_map_get(personality, sx_str_of(pci_matches[i].key));
        const struct sx_step step = { .up = up, .key = sx_str_of(pci_matches[i].key) };
        struct sx_str text = value != NULL && value->kind == SX_STRING ? value->str : SX_STR("");
        struct sx_str word;
        struct pattern wanted;
        bool all = true;
        while (all && next_word(&text, &word))
            all = !read_pattern(word, &wanted) ||
                  is_granted(granted, pci_matches[i].registers, wanted);
        if (!all)
            sx_info_note(notes, SX_PROBLEM_DRIVER_MATCH_NOT_GRANTED, &step, value,
                         sx_str_printf(notes->arena, ", and %s does not grant %.*s", pci_key,
                                       SX_STR_ARG(word)));
    }
}

/* USB */

static const char *const usb_matches[] = { "idVendor", "idProduct" };

/* An element grants a personality when each number it names is that of the personality. What the
 * personality does not name is for the device to say. */
static bool names_device(struct sx_value element, const struct sx_map *personality)
{
    for (size_t i = 0; element.kind == SX_MAP && i < SX_LEN(usb_matches); i++) {
        int64_t granted, wanted;
        if (sx_map_int(element.map, usb_matches[i], &granted) &&
            sx_map_int(personality, usb_matches[i], &wanted) && granted != wanted)
            return false;
    }
    return true;
}

static void check_usb(struct sx_info_notes *notes, const struct sx_map *personality,
                      const struct sx_step *up, struct sx_value granted)
{
    const struct sx_value *vendor = sx_map_get(personality, SX_STR("idVendor"));
    const struct sx_step step = { .up = up, .key = SX_STR("idVendor") };
    struct sx_str class = SX_STR("");
    sx_map_str(personality, "IOProviderClass", &class);
    if (vendor == NULL || vendor->kind != SX_INT || !sx_str_starts(class, SX_STR("IOUSBHost")))
        return;
    for (size_t i = 0; i < granted.list.n; i++)
        if (names_device(sx_list_at(granted, i), personality))
            return;
    int64_t product;
    bool has_product = sx_map_int(personality, "idProduct", &product);
    sx_info_note(notes, SX_PROBLEM_DRIVER_MATCH_NOT_GRANTED, &step, vendor,
                 has_product
                     ? sx_str_printf(notes->arena,
                                     " with idProduct %lld, and %s grants no such device",
                                     (long long)product, usb_key)
                     : sx_str_printf(notes->arena, ", and %s grants no such device", usb_key));
}

void sx_check_driver_matches(struct sx_info_notes *notes, const struct sx_map *info,
                             const struct sx_map *entitlements)
{
    static const char key[] = "IOKitPersonalities";
    const struct sx_step up = { .key = { key, sizeof(key) - 1 } };
    const struct sx_map *personalities;
    struct sx_value granted;
    if (!sx_map_map(info, key, &personalities))
        return;
    for (size_t i = 0; i < personalities->n; i++) {
        const struct sx_entry *entry = &personalities->at[i];
        const struct sx_step step = { .up = &up, .key = entry->key.str };
        if (entry->value.kind != SX_MAP)
            continue;
        if (claimed(entitlements, pci_key, &granted))
            check_pci(notes, entry->value.map, &step, granted);
        if (claimed(entitlements, usb_key, &granted))
            check_usb(notes, entry->value.map, &step, granted);
    }
}
