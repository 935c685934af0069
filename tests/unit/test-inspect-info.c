/* SPDX-License-Identifier: MIT */
/* What is odd about the values of an Info.plist, or of entitlements. */
#include "base/buf.h"
#include "base/limits.h"
#include "examined.h"
#include "rows.h"

/* An app, an extension, a driver: a key of its own in Info.plist, and what it claims. */
static const char bundle[] = "files:\n"
                             "  t/%s:\n"
                             "    sign: {entitlements: {%s}}\n"
                             "    files:\n"
                             "      %sInfo.plist: {plist: {CFBundleExecutable: x%s%s}}\n"
                             "      %sx: {macho: {arch: arm64}}\n";

#define VARIABLE "unexpanded-variable"
#define TYPE     "info-value-type"
#define MATCH    "driver-match-not-granted"

#define PERSONALITY(keys) "IOKitPersonalities: {Iron: {" keys "}}"
#define PCI(elements)     "com.apple.developer.driverkit.transport.pci: [" elements "]"
#define USB(elements)     "com.apple.developer.driverkit.transport.usb: [" elements "]"
#define USB_DEVICE        "IOProviderClass: IOUSBHostDevice, "

static const struct row {
    const char *name;
    const char *info, *entitlements;
    const char *what, *detail; /* NULL: none of these kinds */
} rows[] = {
    /* variables */
    { "none", "CFBundleIdentifier: a.b", "", NULL, NULL },
    { "identifier", "CFBundleIdentifier: $(PRODUCT_BUNDLE_IDENTIFIER)", "", VARIABLE,
      "CFBundleIdentifier is \"$(PRODUCT_BUNDLE_IDENTIFIER)\", line 8, column 10" },
    { "braces", "CFBundleIdentifier: \"com.${NAME}\"", "", VARIABLE,
      "CFBundleIdentifier is \"com.${NAME}\"" },
    { "version", "CFBundleVersion: $(CURRENT_PROJECT_VERSION)", "", VARIABLE,
      "CFBundleVersion is" },
    { "a dollar is none", "CFBundleIdentifier: a$b", "", NULL, NULL },
    { "no name", "CFBundleDevelopmentRegion: $(DEVELOPMENT_LANGUAGE)", "", NULL, NULL },
    { "copyright", "NSHumanReadableCopyright: $(YEAR)", "", NULL, NULL },
    { "deep", "NetworkExtension: {NEProviderClasses: {k: $(PRODUCT_MODULE_NAME).Filter}}", "",
      VARIABLE, "NetworkExtension.NEProviderClasses.k is \"$(PRODUCT_MODULE_NAME).Filter\"" },
    { "in an array", "SMAuthorizedClients: [a, 'identifier $(ID)']", "", VARIABLE,
      "SMAuthorizedClients[1] is" },
    { "in a key", "SMPrivilegedExecutables: {$(HELPER): a}", "", VARIABLE,
      "SMPrivilegedExecutables is \"$(HELPER)\", a key" },
    { "by prefix", "NSEndpointSecurityMachServiceName: $(TeamIdentifierPrefix)a", "", VARIABLE,
      "NSEndpointSecurityMachServiceName is" },
    { "camera", "CMIOExtension: {CMIOExtensionMachServiceName: $(TeamIdentifierPrefix)a}", "",
      VARIABLE, "CMIOExtension.CMIOExtensionMachServiceName is" },
    { "activation rule of an extension",
      "NSExtension: {NSExtensionAttributes: {NSExtensionActivationRule: "
      "'SUBQUERY(extensionItems, $extensionItem, $extensionItem.attachments.@count == 1).@count'}}",
      "", NULL, NULL },
    { "entitlement", "", "com.apple.security.application-groups: [a, $(TeamIdentifierPrefix)b]",
      VARIABLE, "com.apple.security.application-groups[1] is \"$(TeamIdentifierPrefix)b\", line" },

    /* types */
    { "version as a number", "CFBundleVersion: 207", "", TYPE,
      "CFBundleVersion is 207, not a string, line 8, column 11" },
    { "system as a real", "LSMinimumSystemVersion: 13.5", "", TYPE,
      "LSMinimumSystemVersion is a real number, not a string" },
    { "dictionary as a string", "NetworkExtension: com.example", "", TYPE,
      "NetworkExtension is \"com.example\", not a dictionary" },
    { "array as a string", "CFBundleSupportedPlatforms: MacOSX", "", TYPE,
      "CFBundleSupportedPlatforms is \"MacOSX\", not an array" },
    { "string as an array", "CFBundleIdentifier: [a.b]", "", TYPE,
      "CFBundleIdentifier is an array of 1, not a string" },
    { "class that is none", "NetworkExtension: {NEProviderClasses: {k: true}}", "", TYPE,
      "NetworkExtension.NEProviderClasses.k is true, not a string" },
    { "vendor as a string", PERSONALITY("idVendor: '1452'"), "", TYPE,
      "IOKitPersonalities.Iron.idVendor is \"1452\", not an integer" },
    { "personality that is none", "IOKitPersonalities: {Iron: 7}", "", TYPE,
      "IOKitPersonalities.Iron is 7, not a dictionary" },
    { "environment as a number", "LSEnvironment: {A: 1}", "", TYPE,
      "LSEnvironment.A is 1, not a string" },
    { "nobody reads it", "NSFooBar: 7", "", NULL, NULL },
    { "all well",
      "CFBundleVersion: '1', LSEnvironment: {A: b}, NetworkExtension: {NEMachServiceName: a}", "",
      NULL, NULL },

    /* drivers, PCI */
    { "granted as it is", PERSONALITY("IOPCIMatch: '0x43211234'"),
      PCI("{IOPCIMatch: '0x43211234'}"), NULL, NULL },
    { "another device", PERSONALITY("IOPCIMatch: '0x43211234'"), PCI("{IOPCIMatch: '0x43221234'}"),
      MATCH,
      "IOKitPersonalities.Iron.IOPCIMatch is \"0x43211234\", and "
      "com.apple.developer.driverkit.transport.pci does not grant 0x43211234, line" },
    { "all of a vendor granted", PERSONALITY("IOPCIMatch: '0x43211234'"),
      PCI("{IOPCIMatch: '0x00001234&0x0000ffff'}"), NULL, NULL },
    { "all of a vendor wanted", PERSONALITY("IOPCIMatch: '0x00001234&0x0000ffff'"),
      PCI("{IOPCIMatch: '0x43211234'}"), MATCH, "does not grant 0x00001234&0x0000ffff" },
    { "bits outside of the mask do not count", PERSONALITY("IOPCIMatch: '0xffff1234&0x0000ffff'"),
      PCI("{IOPCIMatch: '0x00001234&0x0000FFFF'}"), NULL, NULL },
    { "everything granted", PERSONALITY("IOPCIMatch: '0x43211234'"), PCI("{IOPCIMatch: '*'}"), NULL,
      NULL },
    { "everything granted by mask", PERSONALITY("IOPCIMatch: '0x43211234'"),
      PCI("{IOPCIMatch: '0xffffffff&0x0'}"), NULL, NULL },
    { "everything wanted", PERSONALITY("IOPCIMatch: '*'"), PCI("{IOPCIMatch: '0x43211234'}"), MATCH,
      "does not grant *" },
    { "the second of two wanted", PERSONALITY("IOPCIMatch: '0x1 0x2'"), PCI("{IOPCIMatch: '0x1'}"),
      MATCH, "does not grant 0x2" },
    { "by one of two elements", PERSONALITY("IOPCIMatch: '0x1 0x2'"),
      PCI("{IOPCIMatch: '0x1'}, {IOPCIMatch: 2}, {IOPCIMatch: '0x3 0x2'}"), NULL, NULL },
    { "primary by any", PERSONALITY("IOPCIPrimaryMatch: '0x1'"), PCI("{IOPCIMatch: '0x1'}"), NULL,
      NULL },
    { "class by class only", PERSONALITY("IOPCIClassMatch: '0x01080000&0xffff0000'"),
      PCI("{IOPCIClassMatch: '0x02000000&0xffff0000'}"), MATCH, "IOPCIClassMatch is" },
    { "another register says nothing", PERSONALITY("IOPCIClassMatch: '0x01080000&0xffff0000'"),
      PCI("{IOPCIPrimaryMatch: '0x1'}"), NULL, NULL },
    { "both keys of an element count", PERSONALITY("IOPCIPrimaryMatch: '0x1'"),
      PCI("{IOPCIMatch: '0x1', IOPCIPrimaryMatch: '0x2'}"), MATCH, "does not grant 0x1" },
    { "what is no number says nothing", PERSONALITY("IOPCIMatch: '0x1&amp;0xff'"),
      PCI("{IOPCIMatch: '0x2'}"), NULL, NULL },
    { "nothing granted", PERSONALITY("IOPCIMatch: '0x1'"), PCI(""), MATCH, "does not grant 0x1" },
    { "not claimed at all", PERSONALITY("IOPCIMatch: '0x1'"), "a: true", NULL, NULL },

    /* drivers, USB */
    { "vendor granted", PERSONALITY(USB_DEVICE "idVendor: 1452, idProduct: 7"),
      USB("{idVendor: 1452}"), NULL, NULL },
    { "another vendor", PERSONALITY(USB_DEVICE "idVendor: 1452"), USB("{idVendor: 1}"), MATCH,
      "idVendor is 1452, and com.apple.developer.driverkit.transport.usb grants no such device" },
    { "another product", PERSONALITY(USB_DEVICE "idVendor: 1452, idProduct: 7"),
      USB("{idVendor: 1452, idProduct: 8}"), MATCH,
      "idVendor is 1452 with idProduct 7, and com.apple.developer.driverkit.transport.usb grants" },
    { "the second vendor", PERSONALITY(USB_DEVICE "idVendor: 1452"),
      USB("{idVendor: 1}, {idVendor: 1452}"), NULL, NULL },
    { "every vendor", PERSONALITY(USB_DEVICE "idVendor: 1452"), USB("{idVendor: '*'}"), NULL,
      NULL },
    { "no USB provider", PERSONALITY("IOProviderClass: IOUserResources, idVendor: 1452"),
      USB("{idVendor: 1}"), NULL, NULL },
};

static bool is_asked_for(const struct sx_Problem *p)
{
    return p->what == SX_PROBLEM_UNEXPANDED_VARIABLE || p->what == SX_PROBLEM_INFO_VALUE_TYPE ||
           p->what == SX_PROBLEM_DRIVER_MATCH_NOT_GRANTED;
}

static size_t n_asked_for(struct sx_objs problems)
{
    size_t n = 0;
    for (size_t i = 0; i < problems.n; i++)
        n += is_asked_for(SX_AT(Problem, problems, i));
    return n;
}

static void examine_bundle(struct examined *e, const char *name, const char *info,
                           const char *entitlements)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    bool is_driver = strstr(name, ".dext") != NULL;
    const char *folder = is_driver ? "" : "Contents/";
    examine(e,
            sx_str_printf(arena, bundle, name, entitlements, folder, info[0] != '\0' ? ", " : "",
                          info, is_driver ? "" : "Contents/MacOS/")
                .ptr,
            "t");
}

static void notes(void **state)
{
    const struct row *row = *state;
    struct examined e;
    bool is_driver = strstr(row->info, "IOKit") != NULL;
    examine_bundle(&e, is_driver ? "x.dext" : "x.app", row->info, row->entitlements);
    struct sx_objs problems = SX_AT(Code, examined_artifact(&e)->code, 0)->problems;
    for (size_t i = 0; i < problems.n; i++)
        if (is_asked_for(SX_AT(Problem, problems, i)))
            print_message("found: %s\n", SX_AT(Problem, problems, i)->detail.ptr);
    assert_int_equal(n_asked_for(problems), row->what != NULL);
    if (row->what != NULL)
        assert_non_null(examined_problem(problems, row->what, row->detail));
    examined_free(&e);
}

/* Only drivers have their matches compared. */
static void asks_drivers_only(void **state)
{
    (void)state;
    struct examined e;
    examine_bundle(&e, "x.app", PERSONALITY("IOPCIMatch: '0x1'"), PCI("{IOPCIMatch: '0x2'}"));
    assert_int_equal(n_asked_for(SX_AT(Code, examined_artifact(&e)->code, 0)->problems), 0);
    examined_free(&e);
}

static void has_a_limit(void **state)
{
    (void)state;
    struct examined e;
    SX_AUTO(sx_buf_release) struct sx_buf info = { 0 };
    sx_buf_cstr(&info, "SMMany: [a");
    for (int i = 0; i < SX_MAX_PROBLEMS + 5; i++)
        sx_buf_cstr(&info, ", $(X)");
    sx_buf_cstr(&info, "]");
    sx_buf_char(&info, '\0');
    examine_bundle(&e, "x.app", info.ptr, "");
    const struct sx_Code *code = SX_AT(Code, examined_artifact(&e)->code, 0);
    assert_int_equal(n_asked_for(code->problems), SX_MAX_PROBLEMS);
    const struct sx_unread *unread = (const struct sx_unread *)code->head.unread.at[0];
    assert_true(sx_str_is(unread->reason, "5 problems more than are listed"));
    examined_free(&e);
}

int main(void)
{
    static struct rows all;
    ADD_ROWS(&all, rows, notes);
    ADD_TEST(&all, asks_drivers_only);
    ADD_TEST(&all, has_a_limit);
    return run_rows("inspect-info", &all);
}
