/* SPDX-License-Identifier: MIT */
/* Flat installer packages: what only they have. A component package holds PackageInfo, Bom, Payload
 * and Scripts at its top; a product archive holds a Distribution, and components in folders.
 *
 * The tree of a package names things as Apple's notary does in its logs: what is in the payload of
 * the component C.pkg lies in "C.pkg Contents/Payload", its scripts in "C.pkg Contents/Scripts";
 * Resources and plug-ins of a product lie where they lie in the archive. */
#pragma once
#include "crypto/cms.h"
#include "crypto/signed_bytes.h"
#include "package/bom.h"
#include "package/container.h"
#include "package/xar.h"

struct sx_component {
    struct sx_str folder; /* in the archive; "" for a component package */
    struct sx_str name;   /* of the folder, or of the package's file: "C.pkg" */
    struct sx_str root;   /* in the tree: "C.pkg Contents" */
    struct sx_str identifier, version, install_location; /* absent when PackageInfo has none */
    bool is_relocatable;                                 /* all of it */
    struct sx_strs relocatable; /* identifiers of bundles that may be elsewhere */
    struct sx_strs scripts;     /* names in Scripts, sorted */
    bool has_payload;
};

struct sx_installer_data {
    struct sx_xar xar;
    bool is_product;
    struct sx_str identifier, version;     /* of the product, or of its only component */
    const struct sx_component *components; /* in the order of the archive */
    size_t n_components;
    /* What is wrong with the package as a signed file; its other problems are the container's. */
    const struct sx_container_problem *problems;
    bool has_cms, has_rsa;          /* the table of contents says so */
    const struct sx_cms *cms;       /* NULL when there is none, or it cannot be read */
    const struct sx_signed_by *rsa; /* likewise */
    struct sx_span ticket;          /* stapled; empty when there is none */
};

/* What a Distribution says. */
struct sx_distribution {
    struct sx_str product, version; /* absent when it does not say */
    struct sx_strs refs;            /* names of components, from "#C.pkg" */
};
SX_MUST_USE bool sx_distribution_parse(struct sx_span text, struct sx_arena *arena,
                                       struct sx_distribution *out, struct sx_err *err);
/* sx_package_info_parse fills in what a PackageInfo says of a component. Both fail as sx_xml_feed
 * does. */
SX_MUST_USE bool sx_package_info_parse(struct sx_span text, struct sx_arena *arena,
                                       struct sx_component *out, struct sx_err *err);

/* A component in the making. For flat_package.c. */
struct sx_component_work {
    const struct sx_source *source;
    const struct sx_container_question *question;
    struct sx_container *out;
    /* the files of the archive; NULL when they are not there */
    const struct sx_xar_file *package_info, *bom, *payload, *scripts;
};
/* sx_component_read fills in a component and puts its payload and scripts into the tree; what is
 * wrong becomes problems and gaps of the container. Fails with LIMIT or IO when there is no use in
 * going on. */
SX_MUST_USE bool sx_component_read(const struct sx_component_work *work,
                                   struct sx_component *component, struct sx_err *err);
