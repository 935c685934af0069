/* SPDX-License-Identifier: MIT */
/* What sxlint accepts at most, each with its reason. What lies beyond is refused with LIMIT,
 * or named as not examined: never silently cut. */
#pragma once

/* Bytes of one plain file read whole into memory (Info.plist, profile, mobileconfig, ...). The
 * largest seen is a 7 MB CodeResources, which is streamed and not read whole. */
#define SX_MAX_SMALL_FILE (16u << 20)
/* Slices of a universal file (Security's universal.cpp: MAX_ARCH_COUNT). */
#define SX_MAX_SLICES 100
/* Bytes of load commands of one slice; the kernel's bound is the file, real ones stay below
 * 100 kB, those of a kernel collection below 2 MB. */
#define SX_MAX_LOAD_COMMANDS (16u << 20)
/* Bytes of one signature area. A 4 GiB slice has a million 4 KiB pages, 32 MB of SHA-256. */
#define SX_MAX_SIGNATURE (96u << 20)
/* Bytes of one extended attribute. Linux keeps at most 64 kB of one; parts of signatures fit. */
#define SX_MAX_ATTRIBUTE (1u << 20)
/* Blobs in one SuperBlob; real ones hold fewer than ten. */
#define SX_MAX_BLOBS 128
/* Property lists: nesting, nodes, and nodes after shared objects of a binary one are expanded. */
#define SX_MAX_PLIST_DEPTH 128
#define SX_MAX_PLIST_NODES 1000000
/* Bytes of one string or data of a property list, and of all of a binary one after shared
 * objects are expanded. */
#define SX_MAX_PLIST_TEXT     (16u << 20)
#define SX_MAX_PLIST_EXPANDED (64u << 20)
/* Bytes of one piece of mark-up (a tag, a comment), which the XML parser keeps whole. */
#define SX_MAX_XML_TOKEN (1u << 20)
/* JSON read in (baselines, notary logs): nesting and values. A notary log of an app with ten
 * thousand issues has a hundred thousand. */
#define SX_MAX_JSON_DEPTH 64
#define SX_MAX_JSON_NODES 1000000
/* Elements of one list among the facts (dylibs, rpaths, ...). */
#define SX_MAX_LIST 100000
/* Folders nested in folders, and entries of one tree. */
#define SX_MAX_TREE_DEPTH   64
#define SX_MAX_TREE_ENTRIES 2000000
/* Launch constraints times code objects that they are compared with; a suite of apps has some
 * thousand. */
#define SX_MAX_CONSTRAINED 1000000
/* Code objects of one artifact. */
#define SX_MAX_CODE 20000
/* Rules of one resource seal; Apple's own sets have 13, hand-made ones of old times 30. What all
 * matches of one seal may take, in steps: so many for each path, and so many at least. */
#define SX_MAX_SEAL_RULES      128
#define SX_SEAL_STEPS_A_PATH   8192
#define SX_SEAL_STEPS_AT_LEAST 20000000
/* Problems recorded of one owner; the rest is counted. And bytes of what one says, which may quote
 * the file: the longest of ours has 200. */
#define SX_MAX_PROBLEMS 1000
#define SX_MAX_DETAIL   320
/* Files of one folder of sources: bytes of each, and how many, as each is compared with each. */
#define SX_MAX_SOURCE_FILE (1u << 20)
#define SX_MAX_SOURCES     1000
/* Differences between two encodings that are told; each costs a search for its place. */
#define SX_MAX_DIFFERENCES 100
/* Elements of a claimed entitlement times those that a profile holds; real ones stay below 1000. */
#define SX_MAX_GRANT_PAIRS 100000
/* Rule files: bytes, nesting of the YAML, nodes. */
#define SX_MAX_RULE_FILE  (4u << 20)
#define SX_MAX_YAML_DEPTH 32
#define SX_MAX_YAML_NODES 400000
/* Steps of one evaluation of a rule, and of all evaluations for one artifact: a step is one node
 * of the expression, or 64 bytes compared, searched or copied. Most conditions take fewer than a
 * thousand; one that looks at all texts of a slice takes some ten for each (SX_MAX_STRINGS). */
#define SX_MAX_STEPS          8000000
#define SX_MAX_ARTIFACT_STEPS 200000000
/* One expression: its parts, their nesting (which bounds recursion), and macros inside macros,
 * each of which multiplies what an expression may take. The largest condition of the built-in
 * rules has 107 parts, nests 11 deep and has two macros in each other. */
#define SX_MAX_CEL_NODES  2000
#define SX_MAX_CEL_DEPTH  48
#define SX_MAX_CEL_MACROS 5
/* One match of a regular expression: calls inside PCRE2 (some milliseconds), how deep they nest,
 * and KiB of memory for them; bytes of a pattern, parentheses in parentheses. */
#define SX_MAX_REGEX_CALLS   100000
#define SX_MAX_REGEX_DEPTH   250
#define SX_MAX_REGEX_HEAP    1024
#define SX_MAX_REGEX_PATTERN 4096
#define SX_MAX_REGEX_PARENS  50
/* Folders below a folder of rule files. */
#define SX_MAX_RULE_FOLDERS 8
/* Bytes of a CMS signature of code or of a package; real ones stay below 20 kB, and a profile,
 * which carries its content, is bounded by SX_MAX_SMALL_FILE. Certificates of one signature,
 * and bytes of one certificate: real ones have six and 2 kB. */
#define SX_MAX_CMS               (1u << 20)
#define SX_MAX_CERTIFICATES      64
#define SX_MAX_CERTIFICATE_BYTES (64u << 10)
/* Attributes of one signer; real ones have five. */
#define SX_MAX_ATTRIBUTES 64
/* Indefinite lengths in indefinite lengths; codesign's CMS nests five. */
#define SX_MAX_BER_DEPTH 32
/* Code requirements: bytes of a text, bytes of a blob (that of the longest text takes less), and
 * levels of operators, beyond which Apple's evaluator refuses them (Security, reqinterp.h,
 * stackLimit). The largest seen has 700 bytes and nests twelve deep. */
#define SX_MAX_REQUIREMENT_TEXT  (64u << 10)
#define SX_MAX_REQUIREMENT       (256u << 10)
#define SX_MAX_REQUIREMENT_DEPTH 999
/* Bytes of a stapled ticket: SX_MAX_LIST entries of 21 bytes, and certificates; real ones have some
 * 2 kB. And the last second of the year 9999, beyond which its time is none. */
#define SX_MAX_TICKET      (4u << 20)
#define SX_MAX_TICKET_TIME 253402300799llu
/* Containers: one in the other (an app in a disk image in a zip, with a zip in a jar, takes four);
 * members and bytes of all of a run. A member takes half a kilobyte until the run ends; of the
 * large ones an IDE has 60,000, a scientific Python 200,000. A bomb of 42 kB unpacks to 4.5 PB; the
 * largest that anybody notarizes are games of some 60 GB. */
#define SX_MAX_CONTAINER_DEPTH 8
#define SX_MAX_UNPACK_MEMBERS  500000
#define SX_MAX_UNPACK_BYTES    (128ull << 30)
/* Bytes of the path of a member, and folders in folders (PATH_MAX of macOS is 1024). */
#define SX_MAX_MEMBER_PATH  4096
#define SX_MAX_MEMBER_DEPTH 128
/* Bytes of memory for unpacking one stream; xz -9 asks for 65 MB. */
#define SX_MAX_UNPACK_MEMORY (128u << 20)
/* What one stream may unpack to: so many times the bytes it is packed in, and so many bytes at
 * least. Code shrinks to a third, text to a tenth; bzip2 makes 45 bytes of 45 MB of zeros. */
#define SX_MAX_UNPACK_RATIO 250
#define SX_UNPACK_AT_LEAST  (256ull << 20)
/* Flat packages: bytes of a table of contents, packed and unpacked, and files in it. A product of a
 * hundred components has some five hundred files and 300 kB; a payload is one file. */
#define SX_MAX_XAR_TOC   (64u << 20)
#define SX_MAX_XAR_FILES 100000
/* How often the bytes of a package may be read to compare checksums: files that are the same may
 * share theirs (xar --coalesce-heap). */
#define SX_MAX_XAR_PASSES 8
/* Bills of materials, read whole: bytes of one, paths, and bytes of paths. Each path takes some
 * hundred bytes. */
#define SX_MAX_BOM       (64u << 20)
#define SX_MAX_BOM_PATHS 500000
#define SX_MAX_BOM_TEXT  (128u << 20)
/* Bytes of one compressed chunk of a disk image when unpacked (hdiutil makes them of 256 KiB, 1 MiB
 * for some), and of all that are kept unpacked, with what they were unpacked from. */
#define SX_MAX_IMAGE_CHUNK (16u << 20)
#define SX_IMAGE_CACHE     (32u << 20)
/* Chunks of a disk image (at 256 KiB a chunk 256 GiB, beyond what a property list of
 * SX_MAX_SMALL_FILE lists), sectors of its disk (8 TiB), and its partitions. */
#define SX_MAX_IMAGE_CHUNKS  (1u << 20)
#define SX_MAX_IMAGE_SECTORS (1ull << 34)
#define SX_MAX_PARTITIONS    128
/* How often all chunks of a disk image may be unpacked: once each to check them, once more to read
 * a file system from front to back, and some for what it has elsewhere. Raw chunks may lie over
 * each other as often. */
#define SX_MAX_IMAGE_PASSES 8
/* Bytes of all paths of a volume, two million of some hundred; links to folders can make more of
 * them out of a few names. */
#define SX_MAX_VOLUME_TEXT (256u << 20)
/* Bytes of the attribute com.apple.decmpfs of a file that is kept compressed; macOS makes them of
 * 3802 at most, and what they unpack to is at most 64 KiB. */
#define SX_MAX_DECMPFS (128u << 10)
