/* SPDX-License-Identifier: MIT */
/* Whatever a Mac says of a system extension that it does not take, `explain` has an answer: the
 * error codes of OSSystemExtensionErrorDomain and the lines of its daemons, as people paste them.
 */
#include "rows.h"
#include "rules/ruleset.h"
#include "written.h"

enum { MOST_PIECES = 12 };

/* What is asked, and what the answer holds, in this order: ids of rules, or words of an advice. */
static const struct row {
    const char *name;
    const char *asked;
    const char *told[MOST_PIECES]; /* ended by NULL */
} table[] = {
    /* Errors, as the framework, Swift and people spell them */
    { "1", "OSSystemExtensionErrorDomain 1", { "unknown", "HR909", "HR911", "HR913" } },
    { "2", "OSSystemExtensionErrorDomain error 2", { "EN301", "EN302", "PP401", "PP404" } },
    { "2 in words",
      "Missing entitlement com.apple.developer.system-extension.install",
      { "EN301", "EN302" } },
    { "2 in other words", "System Extension is missing an entitlement.", { "EN301" } },
    { "3",
      "Error Domain=OSSystemExtensionErrorDomain Code=3 \"(null)\"",
      { "SX111", "SX112", "SX113", "PP415" } },
    { "3 in words",
      "App containing System Extension to be activated must be in /Applications folder",
      { "SX111" } },
    { "4", "OSSystemExtensionErrorDomain 4", { "SX102", "SX101", "SX103", "ID208", "SX110" } },
    { "4 in words", "Extension not found in App bundle.", { "SX102", "SX101" } },
    { "4 with the identifier",
      "Extension not found in App bundle. Unable to find any matched extension with identifier: "
      "com.example.waffle.filter",
      { "SX102", "SX101" } },
    { "4 after an update", "perhaps App is not validly structured", { "SX102" } },
    { "5", "OSSystemExtensionErrorDomain 5", { "SX127", "SX122" } },
    { "5 in words", "Extension is missing an identifier.", { "SX127", "SX122" } },
    { "6", "OSSystemExtensionErrorDomain 6", { "SX114", "SX115" } },
    { "6 in words", "Duplicate extension identifier.", { "SX114" } },
    { "7", "OSSystemExtensionErrorDomain 7", { "SX104", "SX105" } },
    { "7 in words", "Unknown extension category.", { "SX104", "SX105" } },
    { "8",
      "OSSystemExtensionErrorDomain error 8",
      { "OSSystemExtensionErrorDomain 8, codeSignatureInvalid\n", "NE103", "PP405", "HR905",
        "HR908", "ID204", "--select" } },
    { "8 in words", "Invalid code signature or missing entitlements", { "NE103", "PP405" } },
    { "9",
      "error 9 OSSystemExtensionErrorDomain",
      { "NE108", "NE130", "NE113", "NE117", "NE101" } },
    { "9 in words", "Extension validation failed.", { "NE108", "UD101" } },
    { "9 in other words",
      "Invalid extension configuration in Info.plist and/or entitlements",
      { "NE108" } },
    { "10", "OSSystemExtensionErrorDomain 10", { "MD101", "MD103" } },
    { "10 in words",
      "Installing System Extensions is not permitted by your security policy.",
      { "MD101" } },
    { "11", "OSSystemExtensionErrorDomain 11", { "cancelled the request itself" } },
    { "11 in words", "Extension cancelled by host.", { "cancelled the request itself" } },
    { "12", "OSSystemExtensionErrorDomain 12", { "took the place" } },
    { "13", "OSSystemExtensionErrorDomain 13", { "administrator" } },
    { "0", "OSSystemExtensionErrorDomain error 0", { "delegate" } },
    { "a number alone", "error 8", { "codeSignatureInvalid", "NE103" } },

    /* sysextd */
    { "a request",
      "sysextd: client activation request for com.example.waffle.filter",
      { "no fault" } },
    { "a beginning",
      "attempting to realize extension with identifier com.example.waffle.filter",
      { "no fault" } },
    { "no policy",
      "no policy, cannot allow apps outside /Applications",
      { "This line is noise", "With error 4 the likeliest cause is\n", "SX102" } },
    { "no category",
      "com.example.waffle.filter does not appear to belong to any extension categories",
      { "SX104", "SX105" } },
    { "package type", "package type not `SYSX`", { "SX104" } },
    { "package type of a driver", "package type not `DEXT`", { "SX104" } },
    { "category",
      "extension category returned error",
      { "NE101", "NE107", "NE108", "NE114", "NE117", "NE119" } },
    { "later macOS",
      "extension failed category property check: extensions belonging to the "
      "com.apple.system_extension.endpoint_security category require a later version of "
      "operating system to launch",
      { "ES510" } },
    { "usage of a driver",
      "extension failed category property check: extensions belonging to the "
      "com.apple.system_extension.driver_extension category require the presence of the "
      "'OSBundleUsageDescription' property",
      { "DK603" } },
    { "name of a camera",
      "invalid mach service name or is not signed, the value must be prefixed with one of the App "
      "Groups in the entitlement",
      { "CM702" } },
    { "name of a provider", "SYSEXT_INVALID_MACH_SERVICE_NAME", { "NE108", "NE128" } },
    { "not notarized",
      "bundle code signature is not valid - does not satisfy requirement: -67050",
      { "HR905" } },
    { "notarization daemon", "Error checking with notarization daemon: 3", { "HR905" } },
    { "unsigned", "MacOS error: -67062", { "ID203" } },
    { "no executable", "bundle executable is missing", { "SX107" } },
    { "replacing",
      "activateDecision found entry to replace: com.example.waffle.filter, BundleVersion("
      "CFBundleShortVersionString: \"1.0\", CFBundleVersion: \"1\")",
      { "VR10" } },
    { "conflict", "notifying client of activation conflict", { "ask" } },
    { "decision", "initial activation decision: requestAppReplaceAction(", { "ask" } },
    { "two entries", "activateDecision found two entries", { "Restart the Mac" } },
    { "two active", "Activate found 2 extensions in active state", { "Restart the Mac" } },
    { "client gone",
      "client connection (pid 4711) invalidated",
      { "before sysextd had answered" } },
    { "validating", "validating by category", { "NE108", "HR905" } },
    { "waiting for user", "activated waiting for user", { "has to allow it" } },
    { "terminated", "terminated waiting to uninstall on reboot", { "restarted" } },
    { "terminating", "terminating for upgrade via delegate", { "restarted" } },
    { "disabled", "activated disabled", { "switched" } },

    /* Network Extension */
    { "no provider",
      "neagent: Failed to find a com.apple.networkextension.filter-data extension inside of app "
      "com.example.waffle.daemon",
      { "NE121", "MD108", "LD114", "NE113" } },
    { "requirement",
      "Signature check failed: code failed to satisfy specified code requirement(s)",
      { "NE106" } },
    { "plugin", "last stop reason Plugin failed", { "NE105" } },
    { "not Developer ID",
      "Provider is not signed with a Developer ID certificate",
      { "noise in development", "NE106" } },
    { "messages",
      "process com.example.waffle is not entitled to establish IPC with plugins of type "
      "com.apple.networkextension.filter-data",
      { "may not talk", "NE119" } },
    { "entry point", "Couldn't retrieve XPCService dictionary", { "SX125" } },
    { "networkd",
      "networkd_settings_read_from_file Sandbox is preventing this process from reading networkd "
      "settings file",
      { "noise" } },
    { "never loads", "loadFromPreferences never calls its completion handler", { "LD113" } },

    /* amfid, taskgated-helper, the kernel, launchd */
    { "unsatisfied",
      "taskgated-helper: com.example.waffle: Unsatisfied entitlements: "
      "com.apple.developer.endpoint-security.client",
      { "PP404", "PP405" } },
    { "unsatisfied values",
      "Unsatisfied entitlements: com.apple.developer.networking.networkextension",
      { "NE102", "NE103" } },
    { "no eligible profiles",
      "Disallowing com.example.waffle because no eligible provisioning profiles found",
      { "harmless", "PP401", "EN318" } },
    { "-413",
      "amfid: /Applications/Waffle.app not valid: Error Domain=AppleMobileFileIntegrityError "
      "Code=-413 \"No matching profile found\"",
      { "PP405", "PP404", "PP401" } },
    { "-420",
      "Error Domain=AppleMobileFileIntegrityError Code=-420 \"The signature on the file is "
      "invalid\"",
      { "CS205", "HR909" } },
    { "bailing out",
      "Restricted entitlements not validated, bailing out.",
      { "PP401", "PP404", "EN318" } },
    { "-67050",
      "amfid: Requirements for restricted entitlements failed to validate, error -67050",
      { "EN318" } },
    { "-67671",
      "Requirements for restricted entitlements failed to validate, error -67671",
      { "EN318" } },
    { "kill",
      "AMFI: When validating /Applications/Waffle.app: Code has restricted entitlements, but the "
      "validation of its code signature failed. Unsatisfied Entitlements:",
      { "PP404", "PP405" } },
    { "vnode",
      "mac_vnode_check_signature: /Library/SystemExtensions/0A/com.example.waffle.filter: code "
      "signature validation failed fatally",
      { "PP401", "PP404" } },
    { "security policy",
      "ASP: Security policy would not allow process",
      { "consequence", "PP404" } },
    { "syntax error",
      "Failed to parse entitlements: AMFIUnserializeXML: syntax error",
      { "NT108" } },
    { "codesigning", "OS_REASON_CODESIGNING", { "PP401", "EN318", "LD112" } },
    { "exec", "OS_REASON_EXEC", { "PP401", "EN318", "LD112" } },
    { "spawn", "Launchd job spawn failed", { "PP401", "EN318", "LD112" } },
    { "Running Board", "RBSRequestErrorDomain 5", { "PP401", "EN318", "LD112" } },
    { "Running Board, as open says it",
      "RBSRequestErrorDomain Code=5",
      { "PP401", "EN318", "LD112" } },
    { "a crash report",
      "Termination Reason: CODESIGNING 1 Taskgated Invalid Signature",
      { "PP401" } },
    { "constraint", "Launch Constraint Violation", { "HR916" } },
    { "exec format", "Exec format error", { "DK611", "DK612" } },

    /* DriverKit */
    { "driverkit",
      "com.apple.developer.driverkit entitlement check failed for Driver[42]",
      { "DK601" } },
    { "provider", "DK: provider entitlements check failed", { "DK602" } },
    { "family", "DK: family entitlements check failed", { "DK602" } },
    { "user client",
      "DK: UC failed userclient-access check, needed bundle ID com.example.driver",
      { "DK617" } },
    { "user client entitlements", "DK: UC entitlements check failed", { "DK617", "DK618" } },
    { "not permitted", "kIOReturnNotPermitted 0xe00002e2", { "DK617" } },
    { "organization",
      "IOUserServerName \"x\" not correct organization for bundleID \"com.example.driver\"",
      { "DK606" } },
    { "no class", "DK: no IOUserClass defined", { "DK604" } },
    { "no such class", "DK: userMeta Driver was not found in fClasses", { "DK607" } },
    { "no kext", "DK: Could not find OSKext for com.example.driver", { "DK605" } },
    { "timeout", "DK: user server timeout", { "DK611", "DK620" } },
    { "no server", "DK: failed to launch server", { "DK612" } },
    { "Apple's drivers", "disallowing arm64 platform driverkit binary", { "drivers of Apple" } },

    /* Service Management */
    { "plist not loaded",
      "Codesigning failure loading plist: com.example.waffle.daemon code: -67056",
      { "LD103" } },
    { "plist not read", "SMAppServiceErrorDomain Code=108 Unable to read plist", { "LD101" } },
    { "plist refused", "SMAppServiceErrorDomain Code=22 Invalid argument", { "LD102" } },

    /* Endpoint Security */
    { "not entitled", "ES_NEW_CLIENT_RESULT_ERR_NOT_ENTITLED", { "ES501" } },
    { "not permitted by the user", "ES_NEW_CLIENT_RESULT_ERR_NOT_PERMITTED", { "ES511" } },
    { "not root", "ES_NEW_CLIENT_RESULT_ERR_NOT_PRIVILEGED", { "as root" } },
    { "default name",
      "com.example.guard is using the deprecated default mach service name. Please update the "
      "extension to set the NSEndpointSecurityMachServiceName key",
      { "ES504" } },
};

static const struct sx_style plain = { .width = 80 };

static void tests(void **state)
{
    const struct row *row = *state;
    struct sx_ruleset *set = sx_ruleset_new();
    struct written out = { 0 };
    bool found;
    assert_true(sx_write_symptom(set, sx_str_of(row->asked), &plain, written_to(&out), &found));
    struct sx_str rest = sx_buf_view(&out.buf);
    assert_true(found);
    for (size_t i = 0; row->told[i] != NULL; i++) {
        size_t at = sx_str_find(rest, sx_str_of(row->told[i]));
        if (at == rest.len)
            fail_msg("no %s in its turn, in\n%.*s", row->told[i],
                     SX_STR_ARG(sx_buf_view(&out.buf)));
        rest = sx_str_sub(rest, at, rest.len);
    }
    sx_buf_release(&out.buf);
    sx_ruleset_free(set);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, table, tests);
    return run_rows("symptoms", &rows);
}
