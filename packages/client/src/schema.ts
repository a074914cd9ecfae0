// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// Generated from packages/api/openapi.json by packages/client/generate.mjs. Do not edit.

export interface paths {
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["api.openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the gateway and its fleet are */
        get: operations["api.status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look the gateway over: what is wrong, and what to do about it */
        get: operations["api.doctor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Nodes by name, or by a fact */
        get: operations["api.nodes.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One node with its agents, evidence, labels and settings */
        get: operations["api.nodes.show"];
        put?: never;
        post?: never;
        /** Delete a node with everything that is stored of it */
        delete: operations["api.nodes.purge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a node is this node, in this state, and gets what it gets */
        get: operations["api.nodes.explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a node says about itself, by who said it */
        get: operations["api.nodes.facts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed in what a node says about itself, newest first */
        get: operations["api.nodes.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a node is made of, as its inventory agents say
         * @description What changed in it is in the node's history, under the subject `inventory`.
         */
        get: operations["api.nodes.inventory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/inventory/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is other in a node's inventory than in another node's
         * @description Of each node, what its own agent says. Without what only says how it is at the moment.
         */
        get: operations["api.nodes.inventory.compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/catalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The catalog that a node's Puppet agent would get now
         * @description Of the facts that are stored; what is sensitive in it is redacted.
         */
        get: operations["api.nodes.catalog"];
        put?: never;
        /**
         * Make a node's catalog, of other facts or another version, to look at
         * @description Nothing of it is kept, and nobody collects what it exports. What is sensitive in it is redacted. Code that makes no catalog is an answer, with what it said.
         */
        post: operations["api.nodes.compile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/catalogs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogs that a node's Puppet agent got last, and why it got none, newest first */
        get: operations["api.nodes.catalogs.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/catalogs/{catalog}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A catalog that a node's Puppet agent got, with what the compiler said, and the runs that applied it */
        get: operations["api.nodes.catalogs.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/catalogs/{catalog}/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is other in a catalog than in one before
         * @description Resources, their parameters and what contains them; not tags, lines and the order. Whether something sensitive is another is not known.
         */
        get: operations["api.nodes.catalogs.compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set labels of a node, and take labels away
         * @description At most 64 labels in one call.
         */
        post: operations["api.nodes.label"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a node out of service
         * @description Its agents are refused until it is activated.
         */
        post: operations["api.nodes.deactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a node into service again */
        post: operations["api.nodes.activate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/wake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a node's agent come now
         * @description Over the wait that it holds, else by its own port; where neither works it comes at its time. It is an order of task `wake`, whose job tells what was tried. For many nodes, make such an order with `perMinute`.
         */
        post: operations["api.nodes.wake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take another node into this one: they are one machine
         * @description The other's agents come with all that they handed in, and its labels and settings where this one has none of the key. Its id goes on leading here. It can be undone.
         */
        post: operations["api.nodes.merge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take agents off a node onto a new one: they are two machines
         * @description The new node has no labels and no settings. Nobody is asked about the two again. It can be undone.
         */
        post: operations["api.nodes.split"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/nodes/{node}/settings/{setting}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give a node a setting by hand */
        put: operations["api.nodes.setting.set"];
        post?: never;
        /** Take a setting away that a node was given by hand */
        delete: operations["api.nodes.setting.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The groups, with their rules and what they give */
        get: operations["api.groups.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The nodes that a group would take; nothing is stored */
        post: operations["api.groups.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One group, with its rule and what it gives */
        get: operations["api.groups.show"];
        /** Add a group, or put it in the place of the one of its name */
        put: operations["api.groups.put"];
        post?: never;
        /** Take a group away, and what it gave with it */
        delete: operations["api.groups.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{name}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The nodes of a group, by name */
        get: operations["api.groups.members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that waits for a person
         * @description Nodes that may be one machine come page by page; nodes in quarantine and requests for a certificate are there on each page.
         */
        get: operations["api.pending.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-conflicts/{conflict}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that two nodes are two machines: nobody is asked about them again */
        post: operations["api.identity-conflicts.dismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Merges and splits of nodes, newest first */
        get: operations["api.identity-changes.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-changes/{change}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a merge or a split undone
         * @description Refused with the reason where later changes stand against it.
         */
        post: operations["api.identity-changes.undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The nodes whose inventory fits
         * @description Texts are compared without regard to case; `*` stands for any characters. Conditions on fields of one section are of one and the same entry.
         */
        get: operations["api.inventory.search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inventory/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The inventories of all nodes, page by page
         * @description A page may have less than was asked for, where inventories are large: `next` says whether there are more.
         */
        get: operations["api.inventory.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What operators want done, newest first, with how far it is */
        get: operations["api.job-orders.list"];
        put?: never;
        /**
         * Have something done by one agent of each node
         * @description All jobs are made, or none. A node's job is for the agent that can do the task and was seen last; nodes in quarantine or out of service get none. What runs code or carries credentials goes to proven agents only, unless the gateway is told otherwise.
         */
        post: operations["api.job-orders.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job-orders/{order}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order, with what is to be done and how far it is */
        get: operations["api.job-orders.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job-orders/{order}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an order's open jobs; what runs on a machine already is not stopped */
        post: operations["api.job-orders.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, newest first, with why those that wait do */
        get: operations["api.jobs.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job, with what is to be done, and why it waits if it does */
        get: operations["api.jobs.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was said of a job, by its agent and by the gateway, in its order */
        get: operations["api.jobs.events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a job that is open; what runs on the machine already is not stopped */
        post: operations["api.jobs.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What jobs may deploy, with the version that new ones get */
        get: operations["api.packages.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make what is handed in the newest version of a package
         * @description Nobody gets it before a job names it: then its commands run as root or SYSTEM. The files' bytes are sent before: `/apply/missing-files` says which are not here, `/apply/files` takes them. Jobs that name an older version keep it.
         */
        put: operations["api.packages.publish"];
        post?: never;
        /** Have no new jobs get a package; those that name a version keep it */
        delete: operations["api.packages.withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages/{name}/missing-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Which content has to be sent before a version of a package that names it
         * @description What its newest version has is here in parts, and is not sent again. Content that is here, and that nothing names yet, is kept for a day from now on.
         */
        post: operations["api.packages.missing-files"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a package, newest first */
        get: operations["api.packages.versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an agent does with a version of a package */
        get: operations["api.packages.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reports, newest first */
        get: operations["api.reports.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{report}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One report, with what was in force: of a Puppet agent, the catalog that it applied */
        get: operations["api.reports.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{report}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The resources' lines of a report, in its order */
        get: operations["api.reports.events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{report}/submissions/{submission}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes that a part of a report came as */
        get: operations["api.reports.submission"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Submissions that could not be processed, newest failure first */
        get: operations["api.dead-letters.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put all dead letters back, to be processed again */
        post: operations["api.dead-letters.redrive-all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{letter}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One submission that could not be processed, and why */
        get: operations["api.dead-letters.show"];
        put?: never;
        post?: never;
        /** Throw a dead letter away for good */
        delete: operations["api.dead-letters.discard"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{letter}/body": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a dead letter as they came */
        get: operations["api.dead-letters.body"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{letter}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a dead letter back, to be processed again */
        post: operations["api.dead-letters.redrive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Certificates by name: the one that stands for each, signed or revoked */
        get: operations["api.certificates.list"];
        put?: never;
        /** Make a key and its certificate, for who cannot ask for one itself */
        post: operations["api.certificates.generate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke certificates by their serials: an interrupted one has no other handle */
        post: operations["api.certificates.revoke-serials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a name stands for at the authority: a request, or a certificate with its PEM */
        get: operations["api.certificates.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{name}/sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign the request that waits under a name */
        post: operations["api.certificates.sign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{name}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke every certificate of a name; the name stays taken until it is cleaned */
        post: operations["api.certificates.revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{name}/clean": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke what a name has and take it out of the way, requests too: the name is free again */
        post: operations["api.certificates.clean"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificate-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests that wait to be signed, by name
         * @description All of them: the authority takes only so many.
         */
        get: operations["api.certificate-requests.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificate-requests/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Throw a request away; its host may ask again */
        delete: operations["api.certificate-requests.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificate authority: its certificates, its revocation lists, and where new agents are pointed */
        get: operations["api.authority.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authority/ca.pem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CA certificates, the signing one first, as Puppet agents get them */
        get: operations["api.authority.ca"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authority/crl.pem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The revocation lists, our own first, as Puppet agents get them */
        get: operations["api.authority.crl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/autosign-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules by which requests are signed without a person, in the order in which they are asked */
        get: operations["api.autosign-rules.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/autosign-rules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a rule, or put it in the place of the one of its name
         * @description A rule of kind `executable` runs a program on the gateway: it can be written into the configuration, and not here.
         */
        put: operations["api.autosign-rules.put"];
        post?: never;
        /** Take a rule away; what it signed stays signed */
        delete: operations["api.autosign-rules.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/autosign-rules/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What would become of a request for a certificate, and why; nothing is stored
         * @description Programs are not asked, and no token is used.
         */
        post: operations["api.autosign-rules.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authorization-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may call what of an agent's protocol, in the order in which the rules are asked */
        get: operations["api.authorization-rules.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authorization-rules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a rule, or put it in the place of the one of its name
         * @description One with the name of a default rule takes that one's place. Every gateway decides by it within 5 s.
         */
        put: operations["api.authorization-rules.put"];
        post?: never;
        /** Take a rule away; a default one whose place it had is asked again */
        delete: operations["api.authorization-rules.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authorization-rules/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would be decided of a call, and by which rule; nothing is called */
        post: operations["api.authorization-rules.explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What jobs get in with elsewhere, never the secrets */
        get: operations["api.credentials.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credentials/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add a credential, or put it in the place of the one of its name */
        put: operations["api.credentials.put"];
        post?: never;
        /** Take a credential away; jobs that need it fail from now on */
        delete: operations["api.credentials.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exchanges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What went over the wire, newest first, as far as a recording wanted it
         * @description With `wait`, where there is none yet, the answer comes with the first one, or is an empty page when the wait is over.
         */
        get: operations["api.exchanges.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exchanges/{exchange}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One exchange with what it carried: unpacked, readable, without secrets */
        get: operations["api.exchanges.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exchange-stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What goes over the wire from now on, as far as a recording wants it
         * @description Server-sent events named `exchange`, each with an exchange as the list has it; before them one named `following`: from then on nothing is missed.
         */
        get: operations["api.exchanges.stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is recorded of what goes over the wire, those that are on first */
        get: operations["api.recordings.list"];
        put?: never;
        /**
         * Record what agents say and are answered, for a while
         * @description What is said of the exchanges has to hold all together; what is left out does not narrow. Operators' own calls are not recorded.
         */
        post: operations["api.recordings.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recordings/{recording}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Stop a recording; what it kept stays as long as it was to */
        delete: operations["api.recordings.stop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What operators did, newest first */
        get: operations["api.audit-events.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make things as documents describe them: all of them, or none
         * @description The same documents again change nothing. Content that they name is sent before, to `/apply/files`. Secrets stand beside the documents, never in them, and in no answer.
         */
        post: operations["api.apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apply/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Schema (draft 07) of files of documents, for editors */
        get: operations["api.apply.schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apply/missing-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Which content has to be sent before documents or environments that name it
         * @description Content that is here, and that nothing names yet, is kept for a day from now on.
         */
        post: operations["api.apply.missing-files"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apply/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send content that documents or an environment are about to name
         * @description It is kept for a day; nobody gets it before something that names it is applied or deployed.
         */
        post: operations["api.apply.stage-file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apply/small-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send many small files at once
         * @description As `/apply/files`, each of at most 64 KiB: the thousands of an environment come in a few requests.
         */
        post: operations["api.apply.stage-small-files"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/artifacts/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is published of a kind, by name and channel */
        get: operations["api.artifacts.list"];
        put?: never;
        /**
         * Publish a file
         * @description The version is visible to agents when the answer is there, and not before.
         */
        post: operations["api.artifacts.publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/artifacts/{kind}/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of an artifact, newest first */
        get: operations["api.artifacts.versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/artifacts/{kind}/{name}/channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Point a channel at a version; rolling back is pointing it back */
        put: operations["api.artifacts.move-channel"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Puppet environments, with the version that agents get */
        get: operations["api.environments.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a tree the newest version of an environment
         * @description All or nothing; agents' requests that are under way go on with the version that they began with. The files' bytes are sent before: `/apply/missing-files` says which are not here, `/apply/files` takes them. A tree that differs from the current version in times only makes none.
         */
        put: operations["api.environments.deploy"];
        post?: never;
        /** Take an environment from agents; its versions stay */
        delete: operations["api.environments.withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of an environment, newest first */
        get: operations["api.environments.versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments/{name}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give agents a version of an environment that it had */
        post: operations["api.environments.rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments/{name}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The active nodes whose newest catalog was made of an environment, by name
         * @description Made, or not made because the code failed.
         */
        get: operations["api.environments.nodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/environments/{name}/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a tree would change in the catalogs of nodes, were it deployed
         * @description Each node's catalog is made of the current version and of the tree, of the same facts, one after the other. Nobody gets the tree, and nothing of it or of the catalogs is kept. The files' bytes are sent before, as for a deployment. Of a node that gets another environment, it is what would change if it got this one. After 20 seconds the answer has those nodes that are done, at least one: ask again for the others.
         */
        post: operations["api.environments.compare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment-keys/{protocol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The enrolment keys of a protocol, never their texts */
        get: operations["api.enrolment-keys.list"];
        put?: never;
        /** Add an enrolment key */
        post: operations["api.enrolment-keys.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment-keys/{protocol}/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Let nobody in with a key any more; agents that are in stay */
        delete: operations["api.enrolment-keys.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What GLPI agents register with, never the secrets */
        get: operations["api.enrolment.tokens.list"];
        put?: never;
        /** Make a token that GLPI agents register with */
        post: operations["api.enrolment.tokens.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a token now, with all keys that were given for it */
        delete: operations["api.enrolment.tokens.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/logins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What inventory agents prove themselves with by Basic and OAuth2, never the secrets */
        get: operations["api.enrolment.logins.list"];
        put?: never;
        /** Add a login for inventory agents */
        post: operations["api.enrolment.logins.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/logins/{kind}/{login}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take nothing more that is proved by a login; nodes stay */
        delete: operations["api.enrolment.logins.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/agent-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that agents and proxies got when they registered, never their bytes */
        get: operations["api.enrolment.agent-keys.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/agent-keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take nothing more that is encrypted with a key; its owner may register anew */
        delete: operations["api.enrolment.agent-keys.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enrolment/agent-keys/{key}/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a key's owner to register anew; it is told so when it calls next */
        post: operations["api.enrolment.agent-keys.renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The operators' tokens, never their texts */
        get: operations["api.tokens.list"];
        put?: never;
        /** Make a token */
        post: operations["api.tokens.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a token now */
        delete: operations["api.tokens.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Agent: {
            id: string;
            family: components["schemas"]["AgentFamily"];
            /** @description The names that it gives itself. */
            aliases: components["schemas"]["Alias"][];
            /** @description What its protocol keeps of it. */
            attributes: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            firstSeen: string;
            /** Format: date-time */
            lastSeen: string | null;
            trust: components["schemas"]["Trust"];
            /** @description It called within the last three days. */
            isAlive: boolean;
            latestReport: components["schemas"]["LatestReport"] | null;
        };
        /** @enum {string} */
        AgentFamily: "dsc" | "puppet" | "inventory";
        AgentKey: {
            id: string;
            /** @description The agentid of the agent or proxy that has it. */
            owner: string;
            /** @description The owner's node. */
            nodeId: string | null;
            /** @description The name of the token that it was given for. */
            token: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            /**
             * Format: date-time
             * @description Since when it is known that the owner has it.
             */
            confirmedAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
            /**
             * Format: date-time
             * @description Since when the owner is asked to register anew.
             */
            renewalAskedAt: string | null;
        };
        AgentKeyPage: {
            keys: components["schemas"]["AgentKey"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        AgentLogin: {
            id: string;
            kind: components["schemas"]["AgentLoginKind"];
            /** @description The user's name, or the client's id. */
            name: string;
            /** @description The agentid or deviceid of the one agent that has it; null where many share it. */
            agent: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            revokedAt: string | null;
        };
        /**
         * @description basic: sent with each message (RFC 7617); oauth: a client of OAuth2, which gets tokens for it (RFC 6749 section 4.4).
         * @enum {string}
         */
        AgentLoginKind: "basic" | "oauth";
        AgentLoginList: {
            logins: components["schemas"]["AgentLogin"][];
        };
        Alias: {
            family: components["schemas"]["AgentFamily"];
            /** @description Such as `agentid`, `certname`, `deviceid`. */
            kind: string;
            value: string;
        };
        Applied: {
            set: string;
            dryRun: boolean;
            changes: {
                /**
                 * @description `left`: the documents name it no more, and it stays all the same.
                 * @enum {string}
                 */
                action: "create" | "update" | "remove" | "left";
                kind: string;
                name: string;
                /** @description What an update changes. */
                fields: components["schemas"]["FieldChange"][];
                /** @description Why something is left. */
                note: string | null;
            }[];
            unchanged: number;
            warnings: {
                kind: string;
                name: string;
                message: string;
            }[];
        };
        ArtifactList: {
            artifacts: components["schemas"]["Head"][];
        };
        ArtifactVersion: {
            version: number;
            channel: string;
            publishedBy: string;
            /** Format: date-time */
            publishedAt: string;
            warnings: string[];
            /** @description The channel points at it. */
            current: boolean;
            /** @description Lower-case hex. */
            sha256: string;
            /** @description Bytes. */
            size: number;
        };
        ArtifactVersionList: {
            versions: components["schemas"]["ArtifactVersion"][];
        };
        AskedRenewal: {
            /** @description An agentid. */
            owner: string;
            /** @description Live keys of the owner: they stay until it has another one. */
            keys: number;
        };
        AuditEvent: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @description The token's name. */
            actor: string;
            /** @description Such as `node.label`. */
            action: string;
            subject: string;
            /** @description What changed, without secrets. */
            detail: {
                [key: string]: unknown;
            };
        };
        AuditEventPage: {
            events: components["schemas"]["AuditEvent"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        Authority: {
            /** @enum {string} */
            origin: "made" | "imported";
            /** Format: date-time */
            createdAt: string;
            /** @description SHA-256 over the bytes of `ca.pem`, hex: what Puppet's setting `ca_fingerprint` takes. */
            bundleSha256: string;
            /** @description The signing one first. */
            certificates: components["schemas"]["CaCertificate"][];
            /** @description Our own first. */
            crls: components["schemas"]["RevocationList"][];
            bootstrap: {
                /** @description A name of the server's certificate. */
                server: string | null;
                /** @description Of a listener where Puppet agents are served. */
                port: number | null;
            };
        };
        AuthorizationRule: {
            name: string;
            protocol: string;
            /** @enum {string} */
            origin: "default" | "configuration" | "stored";
            /** @description The lowest is asked first. */
            sortOrder: number;
            /** @description Upper case; `any` for all. */
            methods: string[];
            /** @description What a path begins with, or an expression between slashes. */
            path: string;
            /** @description In words. */
            who: string;
            /** Format: date-time */
            createdAt: string | null;
            /** @description Of a stored one. */
            createdBy: string | null;
            /** @description Why a stored one denies all that it is for, whatever it says; null for one that is good. */
            fault: string | null;
        };
        AuthorizationRuleList: {
            /** @description In the order in which they are asked. */
            rules: components["schemas"]["AuthorizationRule"][];
        };
        /** @enum {string} */
        AutosignProfile: "puppet" | "inventory";
        AutosignRule: {
            name: string;
            kind: components["schemas"]["AutosignRuleKind"];
            /**
             * @description Rules of the configuration cannot be changed here.
             * @enum {string}
             */
            origin: "configuration" | "stored";
            /** @description How often the token was used. */
            used: number | null;
            /** Format: date-time */
            createdAt: string | null;
            createdBy: string | null;
            profile?: components["schemas"]["AutosignProfile"];
            /** @description Of kind `name`. */
            certname?: string;
            /** @description Of kind `glob`, such as `*.example.org`. */
            pattern?: string;
            /** @description Of kind `extension`: short name or OID. */
            extension?: string;
            /** @description Of kind `extension`; `*` stands for any text. */
            value?: string;
            /** @description Of kind `token`: for so many hosts; null for any number. */
            uses?: number | null;
            /**
             * Format: date-time
             * @description Of kind `token`.
             */
            expiresAt?: string;
            /** @description Of kind `token`: a host that was made anew may have its name again. */
            readmit?: boolean;
            /** @description Of kind `executable`. */
            path?: string;
            /** @description Of kind `executable`. */
            timeoutSeconds?: number;
            /** @description Of kinds `token`, `extension` and `executable`: only for these names, such as `*.example.org`. */
            names?: string[];
        };
        /** @enum {string} */
        AutosignRuleKind: "all" | "name" | "glob" | "token" | "extension" | "executable";
        AutosignRuleList: {
            /** @description In the order in which they are asked. */
            rules: components["schemas"]["AutosignRule"][];
        };
        Backlog: {
            /** @description Submissions that are accepted and not yet processed. */
            waiting: number;
            /** Format: date-time */
            oldestAt: string | null;
            deadLetters: number;
        };
        CaCertificate: {
            name: string;
            /** @description SHA-256 over the DER, upper-case hex with colons. */
            fingerprint: string;
            /** Format: date-time */
            notBefore: string;
            /** Format: date-time */
            notAfter: string;
        };
        CallDecision: {
            allowed: boolean;
            why: string;
            rule: components["schemas"]["AuthorizationRule"] | null;
        };
        CallToExplain: {
            /** @description Such as `GET /puppet/v3/catalog/web01`. */
            call: string;
            /** @description Of the caller's certificate; without it the caller has none. */
            certname?: string;
            extensions?: {
                [key: string]: string;
            };
        };
        CancelledJobs: {
            /** @description Jobs that were open. */
            cancelled: number;
        };
        Catalog: {
            tags: string[];
            name: string;
            /** @description A number or a text. */
            version: unknown;
            /** @description The version of the environment; null where nothing was deployed. */
            code_id: unknown;
            catalog_uuid: string;
            catalog_format: number;
            environment: string;
            /** @description In the order in which the agent applies them. */
            resources: components["schemas"]["CatalogResource"][];
            edges: {
                source: string;
                target: string;
            }[];
            classes: string[];
        };
        CatalogDifferences: {
            before: components["schemas"]["CatalogSummary"];
            after: components["schemas"]["CatalogSummary"];
            added: components["schemas"]["ResourceDifference"][];
            removed: components["schemas"]["ResourceDifference"][];
            changed: components["schemas"]["ResourceDifference"][];
            edges: {
                added: {
                    source: string;
                    target: string;
                }[];
                removed: {
                    source: string;
                    target: string;
                }[];
            };
        };
        CatalogList: {
            catalogs: components["schemas"]["CatalogSummary"][];
        };
        CatalogResource: {
            type: string;
            title: string;
            tags: string[];
            exported: boolean;
            kind: string;
            file?: string;
            line?: number;
            /** @description As the agent gets them; sensitive ones are redacted. */
            parameters?: unknown;
            sensitive_parameters?: string[];
        };
        CatalogSummary: {
            id: string;
            /**
             * Format: date-time
             * @description When it was made first.
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description When it was made last.
             */
            lastAt: string;
            /** @description How often in a row it was made as it is. */
            times: number;
            environment: string;
            /** @description Of the environment; null where it was never deployed. */
            version: number | null;
            /** @description What making it took, the last time. */
            milliseconds: number;
            /** @description The same digest is the same catalog, but for names, versions, ids and what is sensitive. Null: there is none. */
            digest: string | null;
            resources: number | null;
            /** @description Lines of its log that are a warning or worse. */
            warnings: number;
            /** @description Why there is none, as the agent was told. */
            error: string | null;
        };
        Certificate: {
            name: string;
            profile: components["schemas"]["CertificateProfile"];
            /** @description Such as `DNS:web01.example.org`. */
            altNames: string[];
            /** @description Puppet's by short name, else by OID; a pre-shared key is not shown. */
            extensions: {
                [key: string]: string;
            };
            /** @description Upper-case hex. */
            serial: string;
            state: components["schemas"]["CertificateState"];
            fingerprints: components["schemas"]["Fingerprints"] | null;
            /** Format: date-time */
            notBefore: string | null;
            /** Format: date-time */
            notAfter: string | null;
            issuedBy: string;
            /** Format: date-time */
            issuedAt: string;
            /** Format: date-time */
            revokedAt: string | null;
            revokedBy: string | null;
            /** @description It was taken out of its name's way. */
            cleaned: boolean;
        };
        CertificatePage: {
            certificates: components["schemas"]["Certificate"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        /**
         * @description What a certificate may be used for here; a name means something within its profile.
         * @enum {string}
         */
        CertificateProfile: "puppet" | "inventory" | "operator" | "server";
        CertificateRequest: {
            name: string;
            profile: components["schemas"]["CertificateProfile"];
            /** @description Such as `DNS:web01.example.org`. */
            altNames: string[];
            /** @description Puppet's by short name, else by OID; a pre-shared key is not shown. */
            extensions: {
                [key: string]: string;
            };
            fingerprints: components["schemas"]["Fingerprints"];
            /** Format: date-time */
            receivedAt: string;
            /** @description The peer that sent it. */
            from: string | null;
            /** @description Why no rule signed it. */
            note: string | null;
        };
        CertificateRequestList: {
            requests: components["schemas"]["CertificateRequest"][];
        };
        /**
         * @description interrupted: a serial was taken, and nothing is known to be signed with it; it counts as valid until it is revoked.
         * @enum {string}
         */
        CertificateState: "signed" | "revoked" | "interrupted";
        CertificateStatus: {
            name: string;
            profile: components["schemas"]["CertificateProfile"];
            /** @enum {string} */
            state: "requested" | "signed" | "revoked";
            request: components["schemas"]["CertificateRequest"] | null;
            certificate: components["schemas"]["Certificate"] | null;
            /** @description The certificate. */
            pem: string | null;
        };
        Change: {
            /**
             * Format: date-time
             * @description When what says so was accepted.
             */
            at: string;
            /** @description Of what: `facts`. */
            subject: string;
            /** @description Who said it: a protocol, such as `puppet`. */
            source: string;
            /** @description Its parts joined by dots. Empty: there were more changes at once than are kept, and `after` has how many. */
            path: string;
            /** @description Left out: it was not there. A text that ends in `…` is the beginning of its JSON. */
            before?: unknown;
            /** @description Left out: it is gone. */
            after?: unknown;
        };
        ChangePage: {
            changes: components["schemas"]["Change"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        ChannelMove: {
            version: number;
        };
        CollectWork: {
            /** @constant */
            task: "collect";
            spec: {
                /** @description What the agent looks for. */
                steps: ({
                    /** @constant */
                    function: "findFile";
                    /** @description The folder. */
                    dir: string;
                    /** @description Files at the most. */
                    limit: number;
                    /** @description Folders in it too. */
                    recursive: boolean;
                    filter: {
                        /** @description Files. */
                        is_file: boolean;
                        /** @description Folders. */
                        is_dir: boolean;
                        /** @description The path fits this pattern. */
                        regex?: string;
                        /** @description The name. */
                        name?: string;
                        /** @description The name, without regard to case. */
                        iname?: string;
                        /** @description Bytes. */
                        sizeEquals?: number;
                        /** @description Bytes. */
                        sizeGreater?: number;
                        /** @description Bytes. */
                        sizeLower?: number;
                        /** @description Of the content, in hex. */
                        checkSumSHA512?: string;
                        /** @description SHA-256 of the content, in hex. */
                        checkSumSHA2?: string;
                    };
                } | {
                    /** @constant */
                    function: "getFromRegistry";
                    /** @description Such as HKEY_LOCAL_MACHINE/SOFTWARE/Vendor/*. */
                    path: string;
                } | {
                    /** @constant */
                    function: "getFromWMI";
                    /** @description Of WMI. */
                    class: string;
                    /** @description Their names. */
                    properties: string[];
                    /** @description The namespace. */
                    moniker?: string;
                })[];
            };
        };
        CompileLog: {
            /** @enum {string} */
            level: "debug" | "info" | "notice" | "warning" | "err" | "alert" | "emerg" | "crit";
            message: string;
            file?: string;
            line?: number;
        };
        CompileWish: {
            /** @description In the place of those that are stored: facts by name, or an object with `name` and `values`. */
            facts?: {
                [key: string]: unknown;
            };
            /** @description The one that the node gets, unless given. */
            environment?: string;
            /** @description Of the environment; the current one, unless given. */
            version?: number;
        };
        CompiledCatalog: {
            environment: string;
            /** @description Of the environment; null where it was never deployed. */
            version: number | null;
            /** @description What making it took. Null: there is none. */
            milliseconds: number | null;
            /** @description Why there is none, as the agent would be told. */
            error: string | null;
            /** @description What the compiler said, and the code that it ran. */
            logs: components["schemas"]["CompileLog"][];
            catalog: components["schemas"]["Catalog"] | null;
        };
        CompilerFacts: {
            /** @enum {string} */
            state: "disabled" | "starting" | "missing" | "ready";
            /** @description Why it is missing. */
            reason?: string;
            /** @description Its version. */
            ruby?: string;
            /** @description Of that Ruby. */
            path?: string;
            /** @description The account that modules' code runs as. */
            user?: string;
            /**
             * @description What that code is kept from, of other processes of its account: their memory and signals, their memory, nothing.
             * @enum {string}
             */
            confinement?: "signals" | "memory" | "none";
            /** @description Such as `Puppet 7.23.0`. */
            library?: string;
            /** @description Catalogs that are compiled at once, at the most. */
            workers?: number;
            busy?: number;
            /** @description Catalogs that wait for a worker. */
            waiting?: number;
            /** @description Workers that ended in mid-work. */
            lost?: number;
            /** @description Of the process that workers come from. */
            restarts?: number;
            /** @description Why that process did not start the last time. */
            problem?: string;
        };
        /**
         * @description clone: an agent of the same family is alive there; reinstalled: there is one, long silent; unproven: all that is the same may have been copied; ambiguous: another node fits as well; deactivated: an operator took it out of service; uncertain: too little is the same; moved: a known agent fits it better than its own.
         * @enum {string}
         */
        ConflictKind: "clone" | "reinstalled" | "unproven" | "ambiguous" | "deactivated" | "uncertain" | "moved";
        Counted: {
            kind: components["schemas"]["EvidenceKind"];
            value: string;
            /** @description Such as `fqdn`, `host`, `mac`; `differs` where it counts against. */
            as: string;
            /** @description Negative where it counts against. */
            points: number;
            /** @description False where one of the two may have just said so. */
            proven: boolean;
        };
        CreatedJobOrder: {
            order: components["schemas"]["JobOrder"];
            /** @description That were made. */
            jobs: number;
            /** @description Nodes that get none, at most 100 of them. */
            left: components["schemas"]["LeftNode"][];
            /** @description How many get none. */
            leftCount: number;
        };
        Credential: {
            name: string;
            kind: components["schemas"]["CredentialKind"];
            username: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        /** @enum {string} */
        CredentialKind: "password" | "snmp-community";
        CredentialList: {
            credentials: components["schemas"]["Credential"][];
        };
        DatabaseFacts: {
            version: string;
            sizeBytes: number;
            /**
             * Format: date-time
             * @description Its own time of day.
             */
            now: string;
            /** @description For one round trip. */
            milliseconds: number;
        };
        DeadLetter: {
            /** @description The submission's id. */
            id: string;
            agentId: string;
            nodeId: string | null;
            nodeName: string | null;
            /** @description Which processor refused it, such as `dsc.report`. */
            kind: string;
            /** @description Bytes. */
            size: number;
            /** Format: date-time */
            acceptedAt: string;
            /** Format: date-time */
            failedAt: string;
            /** @description Why it could not be processed. */
            failure: {
                code: string;
                message: string;
                detail: string | null;
            };
            /** @description How often it was put back before. */
            redrives: number;
        };
        DeadLetterPage: {
            deadLetters: components["schemas"]["DeadLetter"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        DeployWork: {
            /** @constant */
            task: "deploy";
            spec: {
                /** @description A published package. */
                package: string;
                /** @description Of the package; the newest unless said. */
                version?: number;
            };
        };
        DeployedEnvironment: {
            name: string;
            /** @description That agents get now. */
            version: number;
            /** @description False when they got it already: nothing was made. */
            changed: boolean;
            /** @description Why agents may not get catalogs of it: what its code fails with. */
            warning?: string;
        };
        Digests: {
            sha256s: string[];
        };
        Documents: {
            /** @description Each with kind, name and spec; `GET /apply/schema` says which there are. */
            documents: unknown[];
            /** @description What specs tell as `{env: NAME}` and `{file: PATH}`, under `env:NAME` and `file:PATH`. */
            secrets?: {
                [key: string]: string;
            };
            /** @description Content that specs name by path. */
            files?: {
                [key: string]: components["schemas"]["StagedFile"];
            };
            /**
             * @description Whose documents they are: a set takes away what it applied itself, and two do not share a thing.
             * @default default
             */
            set?: string;
            /**
             * @description Say what would happen; nothing is kept.
             * @default false
             */
            dryRun?: boolean;
            /**
             * @description Take away what this set applied before and names no more.
             * @default false
             */
            prune?: boolean;
        };
        EnrolmentKey: {
            id: string;
            protocol: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            revokedAt: string | null;
        };
        EnrolmentKeyList: {
            keys: components["schemas"]["EnrolmentKey"][];
        };
        EnvironmentChange: {
            name: string;
            /** @description That agents get now; null where it was never deployed. */
            version: number | null;
            /** @description The tree's code took longer than it may: no further node is worth trying. */
            gaveUp: boolean;
            /** @description In the order of the request, those that are done. */
            nodes: components["schemas"]["NodeChange"][];
        };
        EnvironmentList: {
            environments: components["schemas"]["EnvironmentSummary"][];
        };
        EnvironmentNodes: {
            /** @description By name. */
            nodes: {
                id: string;
                name: string;
            }[];
            /** @description How many there are. */
            total: number;
        };
        EnvironmentRollback: {
            /** @description The one before the current when it is left out. */
            version?: number;
        };
        EnvironmentSummary: {
            name: string;
            version: number;
            /** Format: date-time */
            deployedAt: string;
            deployedBy: string;
            files: number;
            /** @description Of its files together. */
            bytes: number;
        };
        EnvironmentTree: {
            /** @description In any order, without the root. */
            entries: components["schemas"]["TreeEntry"][];
        };
        EnvironmentVersionList: {
            versions: components["schemas"]["EnvironmentVersionSummary"][];
        };
        EnvironmentVersionSummary: {
            name: string;
            version: number;
            /** Format: date-time */
            deployedAt: string;
            deployedBy: string;
            files: number;
            /** @description Of its files together. */
            bytes: number;
            /** @description Agents get it. */
            current: boolean;
        };
        EsxWork: {
            /** @constant */
            task: "esx";
            spec: {
                /** @description A host or a vCenter: a name or an address. */
                host: string;
                /** @description The name of a stored credential. */
                credential: string;
            };
        };
        /** @enum {string} */
        EventStatus: "ok" | "changed" | "noncompliant" | "failed" | "skipped";
        Evidence: {
            /** @enum {string} */
            kind: "name" | "address" | "mac" | "serial" | "uuid";
            value: string;
        };
        /** @enum {string} */
        EvidenceKind: "name" | "address" | "mac" | "serial" | "uuid";
        Examination: {
            checks: components["schemas"]["HealthCheck"][];
        };
        Exchange: {
            id: string;
            /** @description The log has the request under this id. */
            requestId: string;
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            at: string;
            durationMs: number;
            protocol: string;
            /** @description Such as `dsc.get-dsc-action`. */
            route: string;
            method: string;
            /** @description Without the query. */
            path: string;
            status: number;
            /** @description The client's address. */
            from: string | null;
            /** @description The name of the verified certificate that it came with. */
            peer: string | null;
            /** @description Whom the route found to be calling. */
            nodeId: string | null;
            nodeName: string | null;
            /** @description On the wire. */
            requestBytes: number;
            /** @description On the wire; null for an answer that was streamed from disk. */
            responseBytes: number | null;
        };
        ExchangePage: {
            exchanges: components["schemas"]["Exchange"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        ExplainedAgent: {
            id: string;
            family: components["schemas"]["AgentFamily"];
            aliases: components["schemas"]["Alias"][];
            /** Format: date-time */
            firstSeen: string;
            /** Format: date-time */
            lastSeen: string | null;
            /** @description How it got in. */
            registrations: components["schemas"]["Registration"][];
            /** @description What it gets and why, in its protocol's words; `published` says what is published of it, null for nothing. */
            configurations: {
                [key: string]: unknown;
            }[];
        };
        ExplainedIdentity: {
            agents: {
                agentId: string;
                family: components["schemas"]["AgentFamily"];
                trust: components["schemas"]["Trust"];
                /** @description It called within the last three days. */
                isAlive: boolean;
                /**
                 * Format: date-time
                 * @description When it came to this node; null where that was before it was kept.
                 */
                at: string | null;
                /** @description `policy`, or the operator who moved it. */
                by: string | null;
                /** @description The merge, split or undo that brought it. */
                changeId: string | null;
                decision: components["schemas"]["IdentityDecision"] | null;
            }[];
            evidence: {
                kind: components["schemas"]["EvidenceKind"];
                value: string;
                proof: components["schemas"]["Proof"];
                agentId: string;
                family: components["schemas"]["AgentFamily"];
                trust: components["schemas"]["Trust"];
                /** Format: date-time */
                seenAt: string;
                /** @description False for what means nothing: placeholders, loopback. */
                counts: boolean;
            }[];
        };
        FieldChange: {
            field: string;
            before?: unknown;
            after?: unknown;
            /** @description It changed, and neither side is shown. */
            secret?: boolean;
        };
        /** @description Over the DER, upper-case hex with colons. */
        Fingerprints: {
            sha1: string;
            sha256: string;
            sha512: string;
        };
        Group: {
            name: string;
            /** @description What its members get, by setting. */
            settings: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            changedBy: string;
            /** @description Its members are members of this group too. */
            parent?: string;
            /** @description Which nodes: `{"field": "labels.role", "eq": "web"}`, and `and`, `or`, `not` over such. */
            rule?: {
                [key: string]: unknown;
            };
            /** @description Nodes by id, name or alias; those to come too. */
            nodes?: string[];
            description?: string;
            /** @description The highest wins; its parent's unless told, and never below it. */
            priority?: number;
        };
        GroupDraft: {
            /** @description Its members are members of this group too. */
            parent?: string;
            /** @description Which nodes: `{"field": "labels.role", "eq": "web"}`, and `and`, `or`, `not` over such. */
            rule?: {
                [key: string]: unknown;
            };
            /** @description Nodes by id, name or alias; those to come too. */
            nodes?: string[];
            /** @description How many to answer with, at the most: 100 unless told. */
            limit?: number;
            /** @description Go on after a page: its `next`. */
            after?: string;
        };
        GroupExplanation: {
            group: string;
            priority: number;
            matches: boolean;
            because: string;
        };
        GroupList: {
            /** @description By name. */
            groups: components["schemas"]["Group"][];
        };
        GroupMembers: {
            /** @description How many they are in all. */
            total: number;
            nodes: components["schemas"]["Node"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        GroupSpec: {
            /** @description What its members get, by setting. */
            settings: {
                [key: string]: unknown;
            };
            /** @description Its members are members of this group too. */
            parent?: string;
            /** @description Which nodes: `{"field": "labels.role", "eq": "web"}`, and `and`, `or`, `not` over such. */
            rule?: {
                [key: string]: unknown;
            };
            /** @description Nodes by id, name or alias; those to come too. */
            nodes?: string[];
            description?: string;
            /** @description The highest wins; its parent's unless told, and never below it. */
            priority?: number;
        };
        Head: {
            name: string;
            channel: string;
            version: number;
            /** @description Lower-case hex. */
            sha256: string;
            /** @description Bytes. */
            size: number;
        };
        HealthCheck: {
            id: string;
            /** @enum {string} */
            state: "ok" | "warning" | "failed";
            /** @description What was found, in one sentence. */
            finding: string;
            /** @description What to do; null for nothing. */
            advice: string | null;
        };
        IdentityChange: {
            id: string;
            /** @enum {string} */
            kind: "merge" | "split";
            /** Format: date-time */
            at: string;
            by: string;
            /** @description merge: the one that took the other in; split: the one that agents were taken from. */
            node: components["schemas"]["NodeReference"];
            /** @description merge: the one that went; split: the one that was made. */
            other: components["schemas"]["NodeReference"];
            /** @description Ids of the agents that moved. */
            agents: string[];
            /** Format: date-time */
            undoneAt: string | null;
            undoneBy: string | null;
        };
        IdentityChangePage: {
            changes: components["schemas"]["IdentityChange"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        IdentityConflict: {
            id: string;
            kind: components["schemas"]["ConflictKind"];
            /** @description How much speaks for one machine; 100 is all. */
            score: number;
            /** @description The one whose agent came. */
            node: components["schemas"]["NodeReference"];
            other: components["schemas"]["NodeReference"];
            /** @description One sentence. */
            why: string;
            /** Format: date-time */
            raisedAt: string;
        };
        IdentityDecision: {
            /** @enum {string} */
            outcome: "join" | "new";
            /** @description The node joined. */
            nodeId: string | null;
            /** @description How much speaks for one machine; 100 is all. */
            confidence: number;
            /** @description One sentence. */
            why: string;
            /** @description The nodes that were looked at, the best first. */
            considered: {
                nodeId: string;
                name: string;
                /** @description How much speaks for one machine; 100 is all. */
                score: number;
                counted: components["schemas"]["Counted"][];
                obstacle: components["schemas"]["ConflictKind"] | null;
            }[];
            /** @description Evidence that did not count. */
            ignored: {
                kind: components["schemas"]["EvidenceKind"];
                value: string;
                why: string;
            }[];
            conflicts: {
                nodeId: string;
                kind: components["schemas"]["ConflictKind"];
                /** @description How much speaks for one machine; 100 is all. */
                score: number;
            }[];
        };
        Inventory: {
            /** @description The agent that said it. */
            agentId: string;
            /** @description Whether the agent runs elsewhere and looked at the node from outside. */
            isCollected: boolean;
            /** @description The name under which the agent said it. */
            deviceId: string;
            /** @description Such as `Computer`. */
            itemType: string;
            tag: string | null;
            /** @description The agent's program and version. */
            versionClient: string;
            /** @description False: some of it never came or could not be processed; all of it has been asked for. */
            isComplete: boolean;
            /** Format: date-time */
            seenAt: string;
            /**
             * Format: date-time
             * @description When something but volatile fields was other than before.
             */
            changedAt: string;
            /**
             * Format: date-time
             * @description When all of it came last.
             */
            fullAt: string | null;
            /** @description What the newest message said wrongly, and what was made of it. */
            repairs: components["schemas"]["InventoryRepair"][];
            /** @description By name. */
            sections: components["schemas"]["InventorySection"][];
        };
        InventoryDifference: {
            /** @description Parts joined by dots: the section, the entry by what tells it from others, the field. At the path of a section itself: how many more there are. */
            path: string;
            /** @description What it is at the first; left out where it is not there. */
            node?: unknown;
            /** @description What it is at the other one; left out where it is not there. */
            other?: unknown;
        };
        InventoryDifferences: {
            node: {
                nodeId: string;
                nodeName: string;
                /** Format: date-time */
                seenAt: string;
            };
            other: {
                nodeId: string;
                nodeName: string;
                /** Format: date-time */
                seenAt: string;
            };
            differences: components["schemas"]["InventoryDifference"][];
        };
        InventoryHit: {
            nodeId: string;
            nodeName: string;
            /** @description Entries that made it fit, with what of them can be searched. */
            found: {
                section: string;
                entry: {
                    [key: string]: string;
                };
            }[];
        };
        InventoryHits: {
            /** @description By name. */
            hits: components["schemas"]["InventoryHit"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        InventoryPage: {
            /** @description By name; a node that several agents told of is there several times. */
            nodes: {
                nodeId: string;
                nodeName: string;
                inventory: components["schemas"]["Inventory"];
            }[];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        InventoryRepair: {
            /** @description Where, such as `softwares[12].install_date`; of many alike the first. */
            path: string;
            /** @enum {string} */
            did: "changed" | "moved" | "dropped";
            /** @description One sentence. */
            why: string;
            /** @description The beginning of what stood there. */
            was: string;
            /** @description How often, in this section and for this reason. */
            times: number;
        };
        InventorySection: {
            /** @description Such as `softwares`. */
            name: string;
            /** @description An object, a list of entries or a text. */
            content: unknown;
            /**
             * Format: date-time
             * @description When something but volatile fields was other than before.
             */
            changedAt: string;
        };
        Job: {
            /** @description Who knows it may speak of the job where a protocol tells nothing else. */
            id: string;
            /** @description For protocols that name jobs by a number. */
            number: number;
            orderId: string;
            orderName: string | null;
            nodeId: string;
            nodeName: string;
            agentId: string;
            task: components["schemas"]["JobTask"];
            state: components["schemas"]["JobState"];
            /** Format: date-time */
            dueAt: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description When it was handed over last.
             */
            sentAt: string | null;
            /** @description Again where no word of it came. */
            timesSent: number;
            /** Format: date-time */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When the agent spoke of it last.
             */
            heardAt: string | null;
            /** Format: date-time */
            endedAt: string | null;
            /** @description Of one that ended: why, as far as it is known. */
            reason: string | null;
            /** @description Of one that waits: why its agent has not taken it yet. */
            waitsBecause: components["schemas"]["WaitReason"] | null;
            work: components["schemas"]["JobWork"];
        };
        /** @description Jobs by their state, none left out but those that are 0. */
        JobCounts: {
            prepared?: number;
            sent?: number;
            running?: number;
            ok?: number;
            ko?: number;
            skipped?: number;
            cancelled?: number;
            "timed-out"?: number;
        };
        JobEvent: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            by: "agent" | "gatehouse" | "operator";
            /** @description The agent's, such as `checking`; null at the end, and for what we say. */
            step: string | null;
            /** @description Such as `check 1`, `action 2`, `answer`; null: the job. */
            about: string | null;
            status: ("ok" | "ko" | "warning" | "info" | "ignore") | null;
            message: string | null;
            /** @description What it brought, named by whoever sent it. */
            data?: {
                [key: string]: unknown;
            };
        };
        JobEventPage: {
            events: components["schemas"]["JobEvent"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        JobOrder: {
            id: string;
            name: string | null;
            task: components["schemas"]["JobTask"];
            /** @description For which it was made, as it was then; null for nodes that were named. */
            group: string | null;
            /** @description How many nodes it names; null for a group. */
            nodes: number | null;
            /** Format: date-time */
            notBefore: string | null;
            perMinute: number | null;
            /** @description Of one that nobody takes. */
            waitSeconds: number;
            /** @description Of one that was handed over. */
            silenceSeconds: number;
            /** @description Its agents are woken when their jobs are due. */
            wake: boolean;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            counts: components["schemas"]["JobCounts"];
            work: components["schemas"]["JobWork"];
        };
        JobOrderPage: {
            orders: components["schemas"]["JobOrderSummary"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        JobOrderSummary: {
            id: string;
            name: string | null;
            task: components["schemas"]["JobTask"];
            /** @description For which it was made, as it was then; null for nodes that were named. */
            group: string | null;
            /** @description How many nodes it names; null for a group. */
            nodes: number | null;
            /** Format: date-time */
            notBefore: string | null;
            perMinute: number | null;
            /** @description Of one that nobody takes. */
            waitSeconds: number;
            /** @description Of one that was handed over. */
            silenceSeconds: number;
            /** @description Its agents are woken when their jobs are due. */
            wake: boolean;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            counts: components["schemas"]["JobCounts"];
        };
        JobPage: {
            jobs: components["schemas"]["JobSummary"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        /**
         * @description prepared: not handed over yet; sent: handed over, and the agent said nothing of it; running; then how it ended. skipped: the agent found that there was nothing to do; timed-out: it was not taken, or not ended, in its time.
         * @enum {string}
         */
        JobState: "prepared" | "sent" | "running" | "ok" | "ko" | "skipped" | "cancelled" | "timed-out";
        JobSummary: {
            /** @description Who knows it may speak of the job where a protocol tells nothing else. */
            id: string;
            /** @description For protocols that name jobs by a number. */
            number: number;
            orderId: string;
            orderName: string | null;
            nodeId: string;
            nodeName: string;
            agentId: string;
            task: components["schemas"]["JobTask"];
            state: components["schemas"]["JobState"];
            /** Format: date-time */
            dueAt: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description When it was handed over last.
             */
            sentAt: string | null;
            /** @description Again where no word of it came. */
            timesSent: number;
            /** Format: date-time */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description When the agent spoke of it last.
             */
            heardAt: string | null;
            /** Format: date-time */
            endedAt: string | null;
            /** @description Of one that ended: why, as far as it is known. */
            reason: string | null;
            /** @description Of one that waits: why its agent has not taken it yet. */
            waitsBecause: components["schemas"]["WaitReason"] | null;
        };
        /**
         * @description The agent's task that does it. `wake`: the agent is to come now.
         * @enum {string}
         */
        JobTask: "deploy" | "collect" | "esx" | "netdiscovery" | "netinventory" | "wakeonlan" | "wake";
        /** @description What is to be done. */
        JobWork: components["schemas"]["DeployWork"] | components["schemas"]["CollectWork"] | components["schemas"]["EsxWork"] | components["schemas"]["NetdiscoveryWork"] | components["schemas"]["NetinventoryWork"] | components["schemas"]["WakeonlanWork"] | components["schemas"]["WakeWork"];
        KeptCatalog: {
            id: string;
            /**
             * Format: date-time
             * @description When it was made first.
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description When it was made last.
             */
            lastAt: string;
            /** @description How often in a row it was made as it is. */
            times: number;
            environment: string;
            /** @description Of the environment; null where it was never deployed. */
            version: number | null;
            /** @description What making it took, the last time. */
            milliseconds: number;
            /** @description The same digest is the same catalog, but for names, versions, ids and what is sensitive. Null: there is none. */
            digest: string | null;
            resources: number | null;
            /** @description Lines of its log that are a warning or worse. */
            warnings: number;
            /** @description Why there is none, as the agent was told. */
            error: string | null;
            catalog: components["schemas"]["Catalog"] | null;
            /** @description What the compiler said, and the code that it ran. */
            logs: components["schemas"]["CompileLog"][];
            /** @description Of the last ten runs that applied it, newest first. */
            reports: {
                id: string;
                status: components["schemas"]["ReportStatus"];
                /** Format: date-time */
                firstAt: string;
            }[];
        };
        LabelChange: {
            /** @description New values by key; others of the node stay. */
            set?: {
                [key: string]: string;
            };
            /** @description Keys to take away. */
            remove?: string[];
        };
        /** @description What operators call the node by. */
        Labels: {
            [key: string]: string;
        };
        LatestReport: {
            reportId: string;
            /** @description A status of reports. */
            status: string;
            /** Format: date-time */
            at: string;
        };
        LeftNode: {
            nodeId: string;
            name: string;
            /**
             * @description no-agent: it has none that could do it; not-active: it is in quarantine or out of service.
             * @enum {string}
             */
            why: "no-agent" | "not-active";
        };
        MadeAgentLogin: {
            id: string;
            kind: components["schemas"]["AgentLoginKind"];
            /** @description The user's name, or the client's id. */
            name: string;
            /** @description The agentid or deviceid of the one agent that has it; null where many share it. */
            agent: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            revokedAt: string | null;
            /** @description Which no other answer has. */
            secret: string;
        };
        MadeAutosignRule: {
            name: string;
            kind: components["schemas"]["AutosignRuleKind"];
            /**
             * @description Rules of the configuration cannot be changed here.
             * @enum {string}
             */
            origin: "configuration" | "stored";
            /** @description How often the token was used. */
            used: number | null;
            /** Format: date-time */
            createdAt: string | null;
            createdBy: string | null;
            /** @description The token that was made, which no other answer has. */
            secret: string | null;
            profile?: components["schemas"]["AutosignProfile"];
            /** @description Of kind `name`. */
            certname?: string;
            /** @description Of kind `glob`, such as `*.example.org`. */
            pattern?: string;
            /** @description Of kind `extension`: short name or OID. */
            extension?: string;
            /** @description Of kind `extension`; `*` stands for any text. */
            value?: string;
            /** @description Of kind `token`: for so many hosts; null for any number. */
            uses?: number | null;
            /**
             * Format: date-time
             * @description Of kind `token`.
             */
            expiresAt?: string;
            /** @description Of kind `token`: a host that was made anew may have its name again. */
            readmit?: boolean;
            /** @description Of kind `executable`. */
            path?: string;
            /** @description Of kind `executable`. */
            timeoutSeconds?: number;
            /** @description Of kinds `token`, `extension` and `executable`: only for these names, such as `*.example.org`. */
            names?: string[];
        };
        MadeCertificate: {
            /** @description PEM. */
            certificate: string;
            /** @description PEM; no other answer has it, and it is not kept. */
            key: string;
        };
        MadeEnrolmentKey: {
            id: string;
            protocol: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            revokedAt: string | null;
            /** @description Its text, which no other answer has. */
            key: string;
            warnings: string[];
        };
        MadeRegistrationToken: {
            id: string;
            name: string;
            /** @description Only for agents that say this tag; null for any. */
            tag: string | null;
            /** @description The agentid of the one agent or proxy that has it; null where many share it. */
            agent: string | null;
            /** @description Registrations that it is good for; null for any number. */
            mostUses: number | null;
            uses: number;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
            /** @description A UUID, which no other answer has. */
            secret: string;
        };
        MadeToken: {
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
            /** @description Its text, which no other answer has. */
            token: string;
        };
        Merge: {
            /** @description The node that goes: its name, id, or an alias. */
            from: string;
        };
        MissingFiles: {
            missing: string[];
        };
        NetdiscoveryWork: {
            /** @constant */
            task: "netdiscovery";
            spec: {
                /** @description Addresses that are looked at. */
                ranges: {
                    /** @description An address. */
                    start: string;
                    /** @description An address. */
                    end: string;
                    /** @description Comes back with what is found. */
                    entity?: string;
                    /** @description Of SNMP, such as 161,1161. */
                    port?: string;
                    /** @description Of SNMP, such as udp/ipv4,tcp/ipv4. */
                    protocol?: string;
                }[];
                /** @description How the agent gets in by SNMP; tried in this order. */
                access?: {
                    /**
                     * @description Of SNMP.
                     * @enum {unknown}
                     */
                    version: "1" | "2c" | "3";
                    /** @description The name of a stored credential. */
                    credential: string;
                    /**
                     * @description Of version 3.
                     * @enum {unknown}
                     */
                    authProtocol?: "md5" | "sha" | "sha224" | "sha256" | "sha384" | "sha512";
                    /**
                     * @description Of version 3.
                     * @enum {unknown}
                     */
                    privProtocol?: "des" | "aes" | "aes192" | "aes256" | "3des";
                    /** @description The name of a stored credential: the passphrase of version 3's privacy. */
                    privCredential?: string;
                }[];
                /** @description Addresses that it looks at at once. */
                threads?: number;
                /** @description Seconds for each address. */
                timeout?: number;
            };
        };
        NetinventoryWork: {
            /** @constant */
            task: "netinventory";
            spec: {
                /** @description What is looked at. */
                devices: {
                    /** @description An address. */
                    ip: string;
                    /**
                     * @description What it is.
                     * @enum {unknown}
                     */
                    type: "COMPUTER" | "NETWORKING" | "PRINTER" | "STORAGE" | "POWER" | "PHONE" | "VIDEO" | "KVM";
                    /** @description The place in `access`, from 0. */
                    access?: number;
                    /** @description Of SNMP. */
                    port?: number;
                    /**
                     * @description Of SNMP.
                     * @enum {unknown}
                     */
                    protocol?: "udp/ipv4" | "udp/ipv6" | "tcp/ipv4" | "tcp/ipv6";
                }[];
                /** @description How the agent gets in by SNMP; tried in this order. */
                access: {
                    /**
                     * @description Of SNMP.
                     * @enum {unknown}
                     */
                    version: "1" | "2c" | "3";
                    /** @description The name of a stored credential. */
                    credential: string;
                    /**
                     * @description Of version 3.
                     * @enum {unknown}
                     */
                    authProtocol?: "md5" | "sha" | "sha224" | "sha256" | "sha384" | "sha512";
                    /**
                     * @description Of version 3.
                     * @enum {unknown}
                     */
                    privProtocol?: "des" | "aes" | "aes192" | "aes256" | "3des";
                    /** @description The name of a stored credential: the passphrase of version 3's privacy. */
                    privCredential?: string;
                }[];
                /** @description Addresses that it looks at at once. */
                threads?: number;
                /** @description Seconds for each address. */
                timeout?: number;
            };
        };
        NewAgentLogin: {
            kind: components["schemas"]["AgentLoginKind"];
            name: string;
            /** @description The agentid or deviceid of the one agent that gets it; many share it when left out. */
            agent?: string;
            /** @description 8 to 1024 characters; a new one is made when left out. */
            secret?: string;
        };
        NewAuthorizationRule: {
            /** @description Such as `puppet`. */
            protocol: string;
            /** @description The rule as the protocol has it, such as one of auth.conf; without its name. */
            spec: {
                [key: string]: unknown;
            };
        };
        NewAutosignRule: {
            kind: components["schemas"]["AutosignRuleKind"];
            profile?: components["schemas"]["AutosignProfile"];
            /** @description Of kind `name`. */
            certname?: string;
            /** @description Of kind `glob`, such as `*.example.org`. */
            pattern?: string;
            /** @description Of kind `extension`: short name or OID. */
            extension?: string;
            /** @description Of kind `extension`; `*` stands for any text. */
            value?: string;
            /** @description Of kind `token`: for so many hosts; null for any number. */
            uses?: number | null;
            /**
             * Format: date-time
             * @description Of kind `token`.
             */
            expiresAt?: string;
            /** @description Of kind `token`: a host that was made anew may have its name again. */
            readmit?: boolean;
            /** @description Of kind `executable`. */
            path?: string;
            /** @description Of kind `executable`. */
            timeoutSeconds?: number;
            /** @description Of kinds `token`, `extension` and `executable`: only for these names, such as `*.example.org`. */
            names?: string[];
            /** @description Of kind `token`: SHA-256 of the secret, hex. A new secret is made when left out. */
            sha256?: string;
        };
        NewCertificate: {
            name: string;
            /**
             * @description `operator` needs the extension `pp_auth_role`: viewer, operator or admin.
             * @enum {string}
             */
            profile?: "puppet" | "operator" | "inventory";
            /** @description Such as `web01.example.org` or `IP:192.0.2.7`. */
            altNames?: string[];
            /** @description By Puppet's short name or by OID. */
            extensions?: {
                [key: string]: string;
            };
        };
        NewCredential: {
            kind: components["schemas"]["CredentialKind"];
            /** @description The password or the community. No answer has it. */
            secret: string;
            /** @description Of kind `password`. */
            username?: string;
        };
        NewEnrolmentKey: {
            name: string;
            /** @description The key as agents have it; a new one is made when left out. */
            key?: string;
        };
        NewJobOrder: {
            work: components["schemas"]["JobWork"];
            /** @description Unique among orders that have one. */
            name?: string;
            /** @description For these; or `group`. */
            nodes?: string[];
            /** @description For its active nodes as it is now; or `nodes`. */
            group?: string;
            /**
             * Format: date-time
             * @description Jobs are due from then on.
             */
            notBefore?: string;
            /** @description Jobs are not all due at once: this many in a minute, in the order of their nodes' names. */
            perMinute?: number;
            /** @description From when a job is due: who does not take it in this time does not get it; 30 days unless said, of a wake one. */
            waitSeconds?: number;
            /** @description A job that was handed over, and of which nothing is said for so long, has timed out; 4 hours unless said. */
            silenceSeconds?: number;
            /** @description The agents are woken when their jobs are due. */
            wake?: boolean;
        };
        NewPackageFile: {
            /** @description As it lands on the machine: without a folder. */
            name: string;
            /** @description Of its bytes, which are sent before. */
            sha256: string;
            /** @description Bytes. */
            size: number;
            /** @description It is unpacked where it lands, by the ending of its name. */
            uncompress?: boolean;
            /** @description Agents of one network get it from each other. */
            p2p?: boolean;
            /** @description For how long they keep it for that. */
            p2pRetentionMinutes?: number;
        };
        NewRecording: {
            /** @description Unique among those that are on. */
            name?: string;
            /** @description Exchanges of this node: a name, an id or an alias. */
            node?: string;
            /** @description Of the nodes of this group, as it is at the moment. */
            group?: string;
            /** @description Such as `dsc`. */
            protocol?: string;
            /** @description The beginning of a route's name, such as `puppet.v3`. */
            route?: string;
            /** @description The client's address: also of agents that nobody knows yet. */
            from?: string | unknown | unknown;
            /** @description Answers from this status on, such as 400. */
            leastStatus?: number;
            /** @description Until it ends: an hour unless told. */
            seconds?: number;
            /** @description Exchanges that it keeps: 1000 unless told. It ends with the last one. */
            most?: number;
            /** @description Of 2^20 bytes, that its exchanges carried, before that is packed: 256 unless told. */
            megabytes?: number;
        };
        NewRegistrationToken: {
            name: string;
            /** @description Only for agents that say this tag. */
            tag?: string;
            /** @description The agentid of the one agent or proxy that gets it. */
            agent?: string;
            /** @description Registrations that it is good for. */
            mostUses?: number;
            /** Format: date-time */
            expiresAt?: string;
            /** @description A random UUID, as agents have it; a new one is made when left out. */
            secret?: string;
        };
        NewToken: {
            name: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            expiresAt?: string;
        };
        Node: {
            id: string;
            name: string;
            state: components["schemas"]["NodeState"];
            /** Format: date-time */
            stateSince: string;
            /** @description An operator's name, `policy`, or `enrolment`. */
            stateBy: string;
            labels: components["schemas"]["Labels"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSeen: string | null;
            agents: components["schemas"]["Agent"][];
            /** @description What ties its agents to it. */
            evidence: components["schemas"]["Evidence"][];
            /** @description What it was given by hand, by setting. */
            settings: {
                [key: string]: unknown;
            };
        };
        NodeChange: {
            node: {
                id: string;
                name: string;
            };
            /** @description The one that the node gets now, which may be another. */
            environment: string;
            /** @description Of the current version. */
            before: {
                /** @description Why there is no catalog, as the agent would be told. */
                error: string | null;
            };
            /** @description Of the proposed one. */
            after: {
                /** @description Why there is no catalog, as the agent would be told. */
                error: string | null;
            };
            /** @description What is said of the proposed version, and not of the current one. */
            logs: components["schemas"]["CompileLog"][];
            /** @description Null: one of the catalogs is missing. */
            differences: {
                added: components["schemas"]["ResourceDifference"][];
                removed: components["schemas"]["ResourceDifference"][];
                changed: components["schemas"]["ResourceDifference"][];
                edges: {
                    added: {
                        source: string;
                        target: string;
                    }[];
                    removed: {
                        source: string;
                        target: string;
                    }[];
                };
            } | null;
        };
        NodeExplanation: {
            id: string;
            name: string;
            lifeCycle: {
                state: components["schemas"]["NodeState"];
                /** Format: date-time */
                since: string;
                by: string;
            };
            evidence: components["schemas"]["Evidence"][];
            /** @description Why its agents are on this node. */
            identity: components["schemas"]["ExplainedIdentity"];
            agents: components["schemas"]["ExplainedAgent"][];
            /** @description What it gets, from which group or hand, and what else was considered. */
            settings: components["schemas"]["SettingExplanation"][];
            /** @description Every group in order of precedence: whether it took the node, and why. */
            groups: components["schemas"]["GroupExplanation"][];
        };
        NodeFacts: {
            facts: components["schemas"]["SourceFacts"][];
        };
        NodeInventories: {
            /** @description One for each agent that told of the node; its own first. */
            inventories: components["schemas"]["Inventory"][];
        };
        NodeLabels: {
            labels: components["schemas"]["Labels"];
        };
        NodePage: {
            nodes: components["schemas"]["Node"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        NodeReference: {
            id: string;
            name: string;
        };
        NodeSetting: {
            value: unknown;
        };
        /**
         * @description active: its agents call; expired: they have been silent for too long, and their next call makes it active again; deactivated: out of service by an operator's word; quarantined: an agent made it that proved nothing: what it hands in is kept, and not processed until an operator activates it.
         * @enum {string}
         */
        NodeState: "active" | "expired" | "deactivated" | "quarantined";
        /** @description What is done, in this order, in the folder with the package's files. */
        PackageActions: {
            cmd?: {
                /** @description What it is called in reports. */
                name?: string;
                /** @description What has to hold; in this order. */
                checks?: {
                    /**
                     * @description What is looked at.
                     * @enum {unknown}
                     */
                    type: "directoryExists" | "directoryMissing" | "fileExists" | "fileMissing" | "fileSizeEquals" | "fileSizeGreater" | "fileSizeLower" | "fileSHA512" | "fileSHA512mismatch" | "freespaceGreater" | "winkeyExists" | "winkeyMissing" | "winkeyEquals" | "winkeyNotEquals" | "winvalueExists" | "winvalueMissing" | "winvalueType";
                    /** @description The file, the folder or the key of the registry. */
                    path: string;
                    /** @description What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value. */
                    value?: string;
                    /**
                     * @description What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.
                     * @enum {unknown}
                     */
                    return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
                    /** @description What it is called in reports. */
                    name?: string;
                }[];
                /** @description A command, run as the agent's user: root or SYSTEM. */
                exec: string;
                /** @description Variables of its environment. */
                envs?: {
                    [key: string]: string;
                };
                /** @description Lines of its output that are told: 10 unless said; 0: none where it went well; -1: all. */
                logLineLimit?: number;
                /** @description What tells whether it went well; without them it always did. */
                retChecks?: {
                    /**
                     * @description What is compared.
                     * @enum {unknown}
                     */
                    type: "okCode" | "errorCode" | "okPattern" | "errorPattern";
                    values: string[];
                }[];
            };
            move?: {
                /** @description What it is called in reports. */
                name?: string;
                /** @description What has to hold; in this order. */
                checks?: {
                    /**
                     * @description What is looked at.
                     * @enum {unknown}
                     */
                    type: "directoryExists" | "directoryMissing" | "fileExists" | "fileMissing" | "fileSizeEquals" | "fileSizeGreater" | "fileSizeLower" | "fileSHA512" | "fileSHA512mismatch" | "freespaceGreater" | "winkeyExists" | "winkeyMissing" | "winkeyEquals" | "winkeyNotEquals" | "winvalueExists" | "winvalueMissing" | "winvalueType";
                    /** @description The file, the folder or the key of the registry. */
                    path: string;
                    /** @description What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value. */
                    value?: string;
                    /**
                     * @description What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.
                     * @enum {unknown}
                     */
                    return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
                    /** @description What it is called in reports. */
                    name?: string;
                }[];
                /** @description What: may hold `*`. */
                from: string;
                /** @description Where to. */
                to: string;
            };
            copy?: {
                /** @description What it is called in reports. */
                name?: string;
                /** @description What has to hold; in this order. */
                checks?: {
                    /**
                     * @description What is looked at.
                     * @enum {unknown}
                     */
                    type: "directoryExists" | "directoryMissing" | "fileExists" | "fileMissing" | "fileSizeEquals" | "fileSizeGreater" | "fileSizeLower" | "fileSHA512" | "fileSHA512mismatch" | "freespaceGreater" | "winkeyExists" | "winkeyMissing" | "winkeyEquals" | "winkeyNotEquals" | "winvalueExists" | "winvalueMissing" | "winvalueType";
                    /** @description The file, the folder or the key of the registry. */
                    path: string;
                    /** @description What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value. */
                    value?: string;
                    /**
                     * @description What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.
                     * @enum {unknown}
                     */
                    return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
                    /** @description What it is called in reports. */
                    name?: string;
                }[];
                /** @description What: may hold `*`. */
                from: string;
                /** @description Where to. */
                to: string;
            };
            mkdir?: {
                /** @description What it is called in reports. */
                name?: string;
                /** @description What has to hold; in this order. */
                checks?: {
                    /**
                     * @description What is looked at.
                     * @enum {unknown}
                     */
                    type: "directoryExists" | "directoryMissing" | "fileExists" | "fileMissing" | "fileSizeEquals" | "fileSizeGreater" | "fileSizeLower" | "fileSHA512" | "fileSHA512mismatch" | "freespaceGreater" | "winkeyExists" | "winkeyMissing" | "winkeyEquals" | "winkeyNotEquals" | "winvalueExists" | "winvalueMissing" | "winvalueType";
                    /** @description The file, the folder or the key of the registry. */
                    path: string;
                    /** @description What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value. */
                    value?: string;
                    /**
                     * @description What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.
                     * @enum {unknown}
                     */
                    return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
                    /** @description What it is called in reports. */
                    name?: string;
                }[];
                /** @description Paths. */
                list: string[];
            };
            delete?: {
                /** @description What it is called in reports. */
                name?: string;
                /** @description What has to hold; in this order. */
                checks?: {
                    /**
                     * @description What is looked at.
                     * @enum {unknown}
                     */
                    type: "directoryExists" | "directoryMissing" | "fileExists" | "fileMissing" | "fileSizeEquals" | "fileSizeGreater" | "fileSizeLower" | "fileSHA512" | "fileSHA512mismatch" | "freespaceGreater" | "winkeyExists" | "winkeyMissing" | "winkeyEquals" | "winkeyNotEquals" | "winvalueExists" | "winvalueMissing" | "winvalueType";
                    /** @description The file, the folder or the key of the registry. */
                    path: string;
                    /** @description What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value. */
                    value?: string;
                    /**
                     * @description What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.
                     * @enum {unknown}
                     */
                    return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
                    /** @description What it is called in reports. */
                    name?: string;
                }[];
                /** @description Paths. */
                list: string[];
            };
        }[];
        /** @description What has to hold; in this order. */
        PackageChecks: {
            /**
             * @description What is looked at.
             * @enum {unknown}
             */
            type: "directoryExists" | "directoryMissing" | "fileExists" | "fileMissing" | "fileSizeEquals" | "fileSizeGreater" | "fileSizeLower" | "fileSHA512" | "fileSHA512mismatch" | "freespaceGreater" | "winkeyExists" | "winkeyMissing" | "winkeyEquals" | "winkeyNotEquals" | "winvalueExists" | "winvalueMissing" | "winvalueType";
            /** @description The file, the folder or the key of the registry. */
            path: string;
            /** @description What it is compared with: bytes, megabytes (freespaceGreater), a digest, a value. */
            value?: string;
            /**
             * @description What follows where it does not hold. error, ko, abort: the job has failed; skip: it is left out; startnow: the other checks are left out; warning, info, ignore: it is told, and the job goes on.
             * @enum {unknown}
             */
            return: "error" | "ko" | "abort" | "skip" | "startnow" | "warning" | "info" | "ignore";
            /** @description What it is called in reports. */
            name?: string;
        }[];
        PackageContent: {
            /** @description What it is for. */
            description?: string;
            checks?: components["schemas"]["PackageChecks"];
            actions?: components["schemas"]["PackageActions"];
            userInteractions?: components["schemas"]["PackageUserInteractions"];
            /** @description The agent sends the list of its software when it is done. */
            wantsSoftware?: boolean;
            /** @description In any order. */
            files?: components["schemas"]["NewPackageFile"][];
        };
        PackageFile: {
            name: string;
            /** @description Bytes. */
            size: number;
            /** @description Of the whole file. */
            sha512: string;
            /** @description It is unpacked where it lands, by the ending of its name. */
            uncompress: boolean;
            /** @description Agents of one network get it from each other. */
            p2p: boolean;
            /** @description For how long they keep it for that. */
            p2pRetentionMinutes: number;
            /** @description In how many it is handed out. */
            parts: number;
        };
        PackageList: {
            packages: components["schemas"]["PackageSummary"][];
        };
        PackageSummary: {
            name: string;
            version: number;
            description: string | null;
            /** Format: date-time */
            publishedAt: string;
            publishedBy: string;
            files: number;
            /** @description Of its files together. */
            bytes: number;
        };
        /** @description What Windows agents ask the person at the machine; keys as the protocol has them. */
        PackageUserInteractions: {
            [key: string]: string | number | boolean;
        }[];
        PackageVersion: {
            name: string;
            version: number;
            description: string | null;
            /** Format: date-time */
            publishedAt: string;
            publishedBy: string;
            checks: components["schemas"]["PackageChecks"];
            actions: components["schemas"]["PackageActions"];
            userInteractions: components["schemas"]["PackageUserInteractions"];
            /** @description The agent sends the list of its software when it is done. */
            wantsSoftware: boolean;
            files: components["schemas"]["PackageFile"][];
        };
        PackageVersionList: {
            versions: components["schemas"]["PackageSummary"][];
        };
        Pending: {
            /** @description Nodes that may be one machine, the newest first. */
            conflicts: components["schemas"]["IdentityConflict"][];
            /** @description How many there are in all. */
            openConflicts: number;
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
            /** @description All of them. */
            certificateRequests: components["schemas"]["CertificateRequest"][];
            /** @description Nodes whose agents proved nothing, by name, the first 500: activate or purge them. */
            quarantined: components["schemas"]["QuarantinedNode"][];
            /** @description There are more: `GET /nodes?state=quarantined` has all. */
            moreQuarantined: boolean;
        };
        Problem: {
            /**
             * @description Stable; the reference of errors has them all.
             * @enum {string}
             */
            code: "request-malformed" | "name-invalid" | "unauthenticated" | "forbidden" | "not-found" | "method-not-allowed" | "conflict" | "body-too-large" | "body-late" | "coding-unsupported" | "not-acceptable" | "catalog-failed" | "overloaded" | "database-unavailable" | "upstream-failed" | "not-available" | "internal" | "config-invalid" | "start-refused";
            /** @description The status of the answer. */
            status: number;
            /** @description One sentence for a person. */
            title: string;
            /** @description The log has the request under this id. */
            requestId: string;
            /** @description Every place that does not fit, at most 100, where the operation knows several. */
            errors?: {
                /** @description A JSON pointer into the request's body. */
                pointer: string;
                /** @description One sentence for a person. */
                detail: string;
            }[];
        };
        /**
         * @description claimed: the agent said it; observed: its connection came from there; attested: it stands in a certificate of our authority.
         * @enum {string}
         */
        Proof: "claimed" | "observed" | "attested";
        ProposedEnvironment: {
            /** @description In any order, without the root. */
            entries: components["schemas"]["TreeEntry"][];
            /** @description Nodes with a Puppet agent. */
            nodes: string[];
        };
        Publication: {
            name: string;
            channel: string;
            version: number;
            /** @description Lower-case hex. */
            sha256: string;
            /** @description Bytes. */
            size: number;
            /** @description False when the channel already pointed at these very bytes. */
            changed: boolean;
            warnings: string[];
        };
        PublishedContent: {
            name: string;
            channel: string;
            version: number;
            /** @description The channel points at it now. */
            current: boolean;
        };
        PublishedPackage: {
            published: components["schemas"]["PackageVersion"];
            /** @description False where the newest version was just so: nothing was made. */
            changed: boolean;
        };
        Purged: {
            nodeId: string;
            name: string;
            agents: number;
            reports: number;
        };
        PutGroup: {
            name: string;
            /** @description What its members get, by setting. */
            settings: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            changedBy: string;
            /** @description False when it was so already. */
            changed: boolean;
            /** @description Its members are members of this group too. */
            parent?: string;
            /** @description Which nodes: `{"field": "labels.role", "eq": "web"}`, and `and`, `or`, `not` over such. */
            rule?: {
                [key: string]: unknown;
            };
            /** @description Nodes by id, name or alias; those to come too. */
            nodes?: string[];
            description?: string;
            /** @description The highest wins; its parent's unless told, and never below it. */
            priority?: number;
        };
        QuarantinedNode: {
            id: string;
            name: string;
            /** Format: date-time */
            since: string;
            /** @description `enrolment`: its agent proved nothing; `policy`: a group refuses such agents. */
            by: string;
            /** Format: date-time */
            lastSeen: string | null;
            /** @description Where it calls from; the first 5. */
            addresses: string[];
            /** @description Submissions that are kept until somebody says what to do. */
            held: number;
            agents: {
                id: string;
                family: components["schemas"]["AgentFamily"];
                /** @description Such as its `agentid` and its `deviceid`. */
                aliases: components["schemas"]["Alias"][];
            }[];
        };
        Recording: {
            id: string;
            name: string | null;
            spec: {
                nodeId?: string;
                group?: string;
                protocol?: string;
                route?: string;
                from?: string;
                leastStatus?: number;
            };
            most: number;
            megabytes: number;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            endsAt: string;
            /** @description Exchanges. */
            recorded: number;
            /** @description That they take. */
            bytes: number;
            /**
             * @description stopped: by an operator; full: it kept as many as it may; over: its time is.
             * @enum {string}
             */
            state: "on" | "stopped" | "full" | "over";
        };
        RecordingList: {
            recordings: components["schemas"]["Recording"][];
        };
        Redriven: {
            /** @description How many were put back. */
            redriven: number;
        };
        Registration: {
            /** @description Which of the agent's roles it was about. */
            role: string;
            /** @description The enrolment key that admitted it. */
            keyName: string | null;
            keyRevoked: boolean;
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            lastAt: string;
            times: number;
            /** @description What the agent said. */
            detail: {
                [key: string]: unknown;
            };
        };
        RegistrationToken: {
            id: string;
            name: string;
            /** @description Only for agents that say this tag; null for any. */
            tag: string | null;
            /** @description The agentid of the one agent or proxy that has it; null where many share it. */
            agent: string | null;
            /** @description Registrations that it is good for; null for any number. */
            mostUses: number | null;
            uses: number;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
        };
        RegistrationTokenList: {
            tokens: components["schemas"]["RegistrationToken"][];
        };
        Report: {
            id: string;
            agentId: string;
            nodeId: string;
            nodeName: string;
            protocol: string;
            /** @description The run's name within its agent: DSC's JobId. */
            run: string;
            status: components["schemas"]["ReportStatus"];
            operation: string | null;
            /**
             * Format: date-time
             * @description By the node's clock; of a job by the gateway's.
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description By the node's clock; of a job by the gateway's.
             */
            endedAt: string | null;
            outcome: ("success" | "failure" | "cancelled") | null;
            /** @description The first of them; `errorCount` counts all. */
            errors: components["schemas"]["ReportError"][];
            errorCount: number;
            /** @description How many resources came out how. */
            counts: {
                ok?: number;
                changed?: number;
                noncompliant?: number;
                failed?: number;
                skipped?: number;
            };
            /** @description The content that was in force, by its digest. */
            content: {
                kind: string;
                sha256: string;
            } | null;
            /** @description The published versions that are this content. */
            published: components["schemas"]["PublishedContent"][];
            hungAfterSeconds: number | null;
            /** @description The protocol's own words. */
            attributes: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When the first of it was accepted, by the database's clock.
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description When the last of it was accepted, by the database's clock.
             */
            lastAt: string;
            /** @description The submissions that it was made of. */
            parts: components["schemas"]["ReportPart"][];
        };
        ReportError: {
            message: string;
            resource: string | null;
            code: string | null;
        };
        ReportEvent: {
            /** @description Its place in the report. */
            seq: number;
            /** @description The resource's name in its run. */
            resource: string;
            type: string | null;
            status: components["schemas"]["EventStatus"];
            message: string | null;
            seconds: number | null;
            /** @description The protocol's own words. */
            detail: {
                [key: string]: unknown;
            };
        };
        ReportEventPage: {
            events: components["schemas"]["ReportEvent"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        ReportPage: {
            reports: components["schemas"]["Report"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        ReportPart: {
            submissionId: string;
            /** Format: date-time */
            acceptedAt: string;
            /** @description Bytes. */
            size: number;
        };
        /**
         * @description noncompliant: it ended well, and something is not as it should be; hung: it was heard of too long ago, and never ended; cancelled: an operator ended it.
         * @enum {string}
         */
        ReportStatus: "running" | "success" | "noncompliant" | "failure" | "hung" | "cancelled";
        RequestFindings: {
            name: string;
            /** @description Such as `RSA 2048`. */
            key: string;
            /** @description SHA-256 over the DER, upper-case hex with colons. */
            fingerprint: string;
            altNames: string[];
            extensions: {
                [key: string]: string;
            };
            /** @description Why it cannot be signed at all. */
            refusal: string | null;
            /** @description A rule would sign it. */
            signed: boolean;
            rule: string | null;
            why: string;
        };
        RequestToTest: {
            /** @description PEM. */
            csr: string;
            profile?: components["schemas"]["AutosignProfile"];
        };
        ResourceDifference: {
            type: string;
            title: string;
            parameters: {
                name: string;
                /** @description Left out: it was not there. */
                before?: unknown;
                /** @description Left out: it is not there. */
                after?: unknown;
            }[];
        };
        RevocationList: {
            issuer: string;
            /** @description Decimal; it may be larger than JSON's numbers hold. */
            number: string;
            /** Format: date-time */
            thisUpdate: string;
            /** Format: date-time */
            nextUpdate: string;
            /** @description How many serials it holds. */
            revoked: number;
        };
        RevokedRegistrationToken: {
            token: components["schemas"]["RegistrationToken"];
            /** @description Live keys that were given for it, and are revoked with it. */
            keys: number;
        };
        RevokedSerials: {
            /** @description Those that were not revoked before. */
            revoked: string[];
        };
        /**
         * @description Each includes those before it.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "admin";
        Serials: {
            serials: string[];
        };
        SettingExplanation: {
            setting: string;
            /** @description What the node gets. */
            value: unknown;
            /** @description Who gave it, in order of precedence. */
            from: components["schemas"]["SettingSource"][];
            /** @description All that was there, the winner first. */
            considered: {
                source: components["schemas"]["SettingSource"];
                value: unknown;
                /** @description True where it, or a part of it, is in the result. */
                used: boolean;
                because: string;
            }[];
            /** @description Where groups of one priority give different values, for settings that refuse this. */
            conflicts: {
                setting: string;
                /** @description Keys that lead to the place in the value. */
                path: string[];
                /** @description Two groups of one priority. */
                groups: string[];
            }[];
        };
        SettingSource: {
            /** @description `hand` or `group`. */
            by: string;
            group?: string;
        };
        ShownBody: {
            /** @description Bytes on the wire. */
            size: number;
            /** @description True where more came, or is in it, than is shown. */
            isCut: boolean;
            coding: ("gzip" | "zlib" | "br") | null;
            /** @enum {string} */
            syntax: "empty" | "json" | "msgpack" | "xml" | "form" | "multipart" | "text" | "binary";
            /** @description Unpacked, one thing to a line, secrets as `***`; of what is no text its beginning in hex. */
            text: string;
        };
        ShownExchange: {
            id: string;
            /** @description The log has the request under this id. */
            requestId: string;
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            at: string;
            durationMs: number;
            protocol: string;
            /** @description Such as `dsc.get-dsc-action`. */
            route: string;
            method: string;
            /** @description Without the query. */
            path: string;
            status: number;
            /** @description The client's address. */
            from: string | null;
            /** @description The name of the verified certificate that it came with. */
            peer: string | null;
            /** @description Whom the route found to be calling. */
            nodeId: string | null;
            nodeName: string | null;
            /** @description On the wire. */
            requestBytes: number;
            /** @description On the wire; null for an answer that was streamed from disk. */
            responseBytes: number | null;
            /** @description With the query. */
            url: string;
            request: {
                /** @description Those that prove somebody without their secret. */
                headers: {
                    [key: string]: string;
                };
                body: components["schemas"]["ShownBody"];
            };
            response: {
                /** @description Those that prove somebody without their secret. */
                headers: {
                    [key: string]: string;
                };
                body: components["schemas"]["ShownBody"] | null;
            };
        };
        ShownReport: {
            id: string;
            agentId: string;
            nodeId: string;
            nodeName: string;
            protocol: string;
            /** @description The run's name within its agent: DSC's JobId. */
            run: string;
            status: components["schemas"]["ReportStatus"];
            operation: string | null;
            /**
             * Format: date-time
             * @description By the node's clock; of a job by the gateway's.
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description By the node's clock; of a job by the gateway's.
             */
            endedAt: string | null;
            outcome: ("success" | "failure" | "cancelled") | null;
            /** @description The first of them; `errorCount` counts all. */
            errors: components["schemas"]["ReportError"][];
            errorCount: number;
            /** @description How many resources came out how. */
            counts: {
                ok?: number;
                changed?: number;
                noncompliant?: number;
                failed?: number;
                skipped?: number;
            };
            /** @description The content that was in force, by its digest. */
            content: {
                kind: string;
                sha256: string;
            } | null;
            /** @description The published versions that are this content. */
            published: components["schemas"]["PublishedContent"][];
            hungAfterSeconds: number | null;
            /** @description The protocol's own words. */
            attributes: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When the first of it was accepted, by the database's clock.
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description When the last of it was accepted, by the database's clock.
             */
            lastAt: string;
            /** @description The submissions that it was made of. */
            parts: components["schemas"]["ReportPart"][];
            catalog: components["schemas"]["CatalogSummary"] | null;
        };
        Signing: {
            /** @description How long the certificate is valid; as the authority is set when left out. */
            ttlSeconds?: number;
            /** @description Also where a name is one that agents know a gateway by: who has the certificate can be it. */
            gatewayName?: boolean;
        };
        SmallFiles: {
            files: string[];
        };
        SourceFacts: {
            /** @description Who said it: a protocol, such as `puppet` or `dsc`. */
            source: string;
            /** @description As the agent said them. */
            facts: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When they were said last.
             */
            seenAt: string;
            /**
             * Format: date-time
             * @description When they were last others than before; volatile ones count too.
             */
            changedAt: string;
        };
        Split: {
            /** @description The agents that go: their ids or aliases. */
            agents: string[];
        };
        StagedFile: {
            /** @description Of the bytes, lower-case hex. */
            sha256: string;
            /** @description Bytes. */
            size: number;
        };
        StagedFiles: {
            files: components["schemas"]["StagedFile"][];
        };
        Status: {
            /** @description Of the gateway that answers. */
            version: string;
            /** Format: date-time */
            startedAt: string;
            /** @description How many, by state. */
            nodes: {
                active: number;
                expired: number;
                deactivated: number;
                quarantined: number;
            };
            /** @description How many agents, by the status of their newest report. */
            latestReports: {
                [key: string]: number;
            };
            /** @description How many reports of the last 24 hours, by status. */
            reports24h: {
                running?: number;
                success?: number;
                noncompliant?: number;
                failure?: number;
                hung?: number;
                cancelled?: number;
            };
            /** @description Work for agents; wakes do not count. */
            jobs: {
                /** @description How many, by state. */
                open: components["schemas"]["JobCounts"];
                /** @description How many ended in the last 24 hours, by how they ended. */
                ended24h: components["schemas"]["JobCounts"];
                /** @description Of the open ones: asked for by agents that did not prove who they are. */
                unproven: number;
            };
            backlog: components["schemas"]["Backlog"];
            /** @description What waits for a person. */
            pending: {
                identityConflicts: number;
                certificateRequests: number;
            };
            /** @description How each task last went, on whatever gateway. */
            tasks: components["schemas"]["TaskRun"][];
            database: components["schemas"]["DatabaseFacts"];
            protocols: string[];
            /** @description Of Puppet code, on the gateway that answers. */
            compiler: components["schemas"]["CompilerFacts"];
        };
        StoredAuthorizationRule: {
            name: string;
            protocol: string;
            spec: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        TaskRun: {
            name: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /** @description Null when it went well. */
            error: string | null;
        };
        Token: {
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
        };
        TokenList: {
            tokens: components["schemas"]["Token"][];
        };
        TreeEntry: {
            /**
             * @description A file has `size` and `sha256`, a link has `target`, a directory neither.
             * @enum {string}
             */
            type: "directory" | "file" | "link";
            /** @description From the environment's root; its parts are joined by `/`. */
            path: string;
            /** @description Permissions. */
            mode: number;
            /** @description Seconds since 1970: when it was last changed. */
            mtime: number;
            /** @description Bytes. */
            size?: number;
            /** @description Of the bytes, lower-case hex. */
            sha256?: string;
            /** @description Relative; it leads to something of this tree. */
            target?: string;
        };
        /**
         * @description How an agent got in. anonymous: nobody asked; key: with a key that many share; secret: with one of its own; certificate: one of our authority's; operator: somebody said so.
         * @enum {string}
         */
        Trust: "anonymous" | "key" | "secret" | "certificate" | "operator";
        WaitReason: {
            /** @enum {string} */
            code: "not-due" | "not-seen-since" | "node-not-active" | "quarantined" | "module-missing" | "task-off" | "not-proven" | "not-asked" | "no-answer";
            /** @description A sentence for a person. */
            text: string;
        };
        WakeNode: {
            /** @description What the agent runs then, in this order; `inventory` unless said. */
            tasks?: string[];
            /** @description Who does not come in this time is not waited for any more; a day unless said. */
            waitSeconds?: number;
        };
        WakeWork: {
            /** @constant */
            task: "wake";
            spec: {
                /** @description What the agent runs then, in this order. */
                tasks: string[];
            };
        };
        WakeonlanWork: {
            /** @constant */
            task: "wakeonlan";
            spec: {
                /** @description Machines that the agent switches on. */
                targets: {
                    /** @description Its address. */
                    mac: string;
                    /** @description An address. */
                    ip?: string;
                }[];
            };
        };
    };
    responses: {
        /** @description The request is not as this operation wants it; the title says where. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no token and no operator's certificate, or it is unknown, expired or revoked. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller's role may not do this. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such thing. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body did not arrive in time. */
        Problem408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not fit what is stored. */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than this operation takes. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body has a Content-Encoding. */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description This gateway does not offer it: the title says what is missing. */
        Problem501: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too much is in flight, or the database cannot be reached. Retry-After says when to try again. */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Agent = components['schemas']['Agent'];
export type AgentFamily = components['schemas']['AgentFamily'];
export type AgentKey = components['schemas']['AgentKey'];
export type AgentKeyPage = components['schemas']['AgentKeyPage'];
export type AgentLogin = components['schemas']['AgentLogin'];
export type AgentLoginKind = components['schemas']['AgentLoginKind'];
export type AgentLoginList = components['schemas']['AgentLoginList'];
export type Alias = components['schemas']['Alias'];
export type Applied = components['schemas']['Applied'];
export type ArtifactList = components['schemas']['ArtifactList'];
export type ArtifactVersion = components['schemas']['ArtifactVersion'];
export type ArtifactVersionList = components['schemas']['ArtifactVersionList'];
export type AskedRenewal = components['schemas']['AskedRenewal'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type AuditEventPage = components['schemas']['AuditEventPage'];
export type Authority = components['schemas']['Authority'];
export type AuthorizationRule = components['schemas']['AuthorizationRule'];
export type AuthorizationRuleList = components['schemas']['AuthorizationRuleList'];
export type AutosignProfile = components['schemas']['AutosignProfile'];
export type AutosignRule = components['schemas']['AutosignRule'];
export type AutosignRuleKind = components['schemas']['AutosignRuleKind'];
export type AutosignRuleList = components['schemas']['AutosignRuleList'];
export type Backlog = components['schemas']['Backlog'];
export type CaCertificate = components['schemas']['CaCertificate'];
export type CallDecision = components['schemas']['CallDecision'];
export type CallToExplain = components['schemas']['CallToExplain'];
export type CancelledJobs = components['schemas']['CancelledJobs'];
export type Catalog = components['schemas']['Catalog'];
export type CatalogDifferences = components['schemas']['CatalogDifferences'];
export type CatalogList = components['schemas']['CatalogList'];
export type CatalogResource = components['schemas']['CatalogResource'];
export type CatalogSummary = components['schemas']['CatalogSummary'];
export type Certificate = components['schemas']['Certificate'];
export type CertificatePage = components['schemas']['CertificatePage'];
export type CertificateProfile = components['schemas']['CertificateProfile'];
export type CertificateRequest = components['schemas']['CertificateRequest'];
export type CertificateRequestList = components['schemas']['CertificateRequestList'];
export type CertificateState = components['schemas']['CertificateState'];
export type CertificateStatus = components['schemas']['CertificateStatus'];
export type Change = components['schemas']['Change'];
export type ChangePage = components['schemas']['ChangePage'];
export type ChannelMove = components['schemas']['ChannelMove'];
export type CollectWork = components['schemas']['CollectWork'];
export type CompileLog = components['schemas']['CompileLog'];
export type CompileWish = components['schemas']['CompileWish'];
export type CompiledCatalog = components['schemas']['CompiledCatalog'];
export type CompilerFacts = components['schemas']['CompilerFacts'];
export type ConflictKind = components['schemas']['ConflictKind'];
export type Counted = components['schemas']['Counted'];
export type CreatedJobOrder = components['schemas']['CreatedJobOrder'];
export type Credential = components['schemas']['Credential'];
export type CredentialKind = components['schemas']['CredentialKind'];
export type CredentialList = components['schemas']['CredentialList'];
export type DatabaseFacts = components['schemas']['DatabaseFacts'];
export type DeadLetter = components['schemas']['DeadLetter'];
export type DeadLetterPage = components['schemas']['DeadLetterPage'];
export type DeployWork = components['schemas']['DeployWork'];
export type DeployedEnvironment = components['schemas']['DeployedEnvironment'];
export type Digests = components['schemas']['Digests'];
export type Documents = components['schemas']['Documents'];
export type EnrolmentKey = components['schemas']['EnrolmentKey'];
export type EnrolmentKeyList = components['schemas']['EnrolmentKeyList'];
export type EnvironmentChange = components['schemas']['EnvironmentChange'];
export type EnvironmentList = components['schemas']['EnvironmentList'];
export type EnvironmentNodes = components['schemas']['EnvironmentNodes'];
export type EnvironmentRollback = components['schemas']['EnvironmentRollback'];
export type EnvironmentSummary = components['schemas']['EnvironmentSummary'];
export type EnvironmentTree = components['schemas']['EnvironmentTree'];
export type EnvironmentVersionList = components['schemas']['EnvironmentVersionList'];
export type EnvironmentVersionSummary = components['schemas']['EnvironmentVersionSummary'];
export type EsxWork = components['schemas']['EsxWork'];
export type EventStatus = components['schemas']['EventStatus'];
export type Evidence = components['schemas']['Evidence'];
export type EvidenceKind = components['schemas']['EvidenceKind'];
export type Examination = components['schemas']['Examination'];
export type Exchange = components['schemas']['Exchange'];
export type ExchangePage = components['schemas']['ExchangePage'];
export type ExplainedAgent = components['schemas']['ExplainedAgent'];
export type ExplainedIdentity = components['schemas']['ExplainedIdentity'];
export type FieldChange = components['schemas']['FieldChange'];
export type Fingerprints = components['schemas']['Fingerprints'];
export type Group = components['schemas']['Group'];
export type GroupDraft = components['schemas']['GroupDraft'];
export type GroupExplanation = components['schemas']['GroupExplanation'];
export type GroupList = components['schemas']['GroupList'];
export type GroupMembers = components['schemas']['GroupMembers'];
export type GroupSpec = components['schemas']['GroupSpec'];
export type Head = components['schemas']['Head'];
export type HealthCheck = components['schemas']['HealthCheck'];
export type IdentityChange = components['schemas']['IdentityChange'];
export type IdentityChangePage = components['schemas']['IdentityChangePage'];
export type IdentityConflict = components['schemas']['IdentityConflict'];
export type IdentityDecision = components['schemas']['IdentityDecision'];
export type Inventory = components['schemas']['Inventory'];
export type InventoryDifference = components['schemas']['InventoryDifference'];
export type InventoryDifferences = components['schemas']['InventoryDifferences'];
export type InventoryHit = components['schemas']['InventoryHit'];
export type InventoryHits = components['schemas']['InventoryHits'];
export type InventoryPage = components['schemas']['InventoryPage'];
export type InventoryRepair = components['schemas']['InventoryRepair'];
export type InventorySection = components['schemas']['InventorySection'];
export type Job = components['schemas']['Job'];
export type JobCounts = components['schemas']['JobCounts'];
export type JobEvent = components['schemas']['JobEvent'];
export type JobEventPage = components['schemas']['JobEventPage'];
export type JobOrder = components['schemas']['JobOrder'];
export type JobOrderPage = components['schemas']['JobOrderPage'];
export type JobOrderSummary = components['schemas']['JobOrderSummary'];
export type JobPage = components['schemas']['JobPage'];
export type JobState = components['schemas']['JobState'];
export type JobSummary = components['schemas']['JobSummary'];
export type JobTask = components['schemas']['JobTask'];
export type JobWork = components['schemas']['JobWork'];
export type KeptCatalog = components['schemas']['KeptCatalog'];
export type LabelChange = components['schemas']['LabelChange'];
export type Labels = components['schemas']['Labels'];
export type LatestReport = components['schemas']['LatestReport'];
export type LeftNode = components['schemas']['LeftNode'];
export type MadeAgentLogin = components['schemas']['MadeAgentLogin'];
export type MadeAutosignRule = components['schemas']['MadeAutosignRule'];
export type MadeCertificate = components['schemas']['MadeCertificate'];
export type MadeEnrolmentKey = components['schemas']['MadeEnrolmentKey'];
export type MadeRegistrationToken = components['schemas']['MadeRegistrationToken'];
export type MadeToken = components['schemas']['MadeToken'];
export type Merge = components['schemas']['Merge'];
export type MissingFiles = components['schemas']['MissingFiles'];
export type NetdiscoveryWork = components['schemas']['NetdiscoveryWork'];
export type NetinventoryWork = components['schemas']['NetinventoryWork'];
export type NewAgentLogin = components['schemas']['NewAgentLogin'];
export type NewAuthorizationRule = components['schemas']['NewAuthorizationRule'];
export type NewAutosignRule = components['schemas']['NewAutosignRule'];
export type NewCertificate = components['schemas']['NewCertificate'];
export type NewCredential = components['schemas']['NewCredential'];
export type NewEnrolmentKey = components['schemas']['NewEnrolmentKey'];
export type NewJobOrder = components['schemas']['NewJobOrder'];
export type NewPackageFile = components['schemas']['NewPackageFile'];
export type NewRecording = components['schemas']['NewRecording'];
export type NewRegistrationToken = components['schemas']['NewRegistrationToken'];
export type NewToken = components['schemas']['NewToken'];
export type Node = components['schemas']['Node'];
export type NodeChange = components['schemas']['NodeChange'];
export type NodeExplanation = components['schemas']['NodeExplanation'];
export type NodeFacts = components['schemas']['NodeFacts'];
export type NodeInventories = components['schemas']['NodeInventories'];
export type NodeLabels = components['schemas']['NodeLabels'];
export type NodePage = components['schemas']['NodePage'];
export type NodeReference = components['schemas']['NodeReference'];
export type NodeSetting = components['schemas']['NodeSetting'];
export type NodeState = components['schemas']['NodeState'];
export type PackageActions = components['schemas']['PackageActions'];
export type PackageChecks = components['schemas']['PackageChecks'];
export type PackageContent = components['schemas']['PackageContent'];
export type PackageFile = components['schemas']['PackageFile'];
export type PackageList = components['schemas']['PackageList'];
export type PackageSummary = components['schemas']['PackageSummary'];
export type PackageUserInteractions = components['schemas']['PackageUserInteractions'];
export type PackageVersion = components['schemas']['PackageVersion'];
export type PackageVersionList = components['schemas']['PackageVersionList'];
export type Pending = components['schemas']['Pending'];
export type Problem = components['schemas']['Problem'];
export type Proof = components['schemas']['Proof'];
export type ProposedEnvironment = components['schemas']['ProposedEnvironment'];
export type Publication = components['schemas']['Publication'];
export type PublishedContent = components['schemas']['PublishedContent'];
export type PublishedPackage = components['schemas']['PublishedPackage'];
export type Purged = components['schemas']['Purged'];
export type PutGroup = components['schemas']['PutGroup'];
export type QuarantinedNode = components['schemas']['QuarantinedNode'];
export type Recording = components['schemas']['Recording'];
export type RecordingList = components['schemas']['RecordingList'];
export type Redriven = components['schemas']['Redriven'];
export type Registration = components['schemas']['Registration'];
export type RegistrationToken = components['schemas']['RegistrationToken'];
export type RegistrationTokenList = components['schemas']['RegistrationTokenList'];
export type Report = components['schemas']['Report'];
export type ReportError = components['schemas']['ReportError'];
export type ReportEvent = components['schemas']['ReportEvent'];
export type ReportEventPage = components['schemas']['ReportEventPage'];
export type ReportPage = components['schemas']['ReportPage'];
export type ReportPart = components['schemas']['ReportPart'];
export type ReportStatus = components['schemas']['ReportStatus'];
export type RequestFindings = components['schemas']['RequestFindings'];
export type RequestToTest = components['schemas']['RequestToTest'];
export type ResourceDifference = components['schemas']['ResourceDifference'];
export type RevocationList = components['schemas']['RevocationList'];
export type RevokedRegistrationToken = components['schemas']['RevokedRegistrationToken'];
export type RevokedSerials = components['schemas']['RevokedSerials'];
export type Role = components['schemas']['Role'];
export type Serials = components['schemas']['Serials'];
export type SettingExplanation = components['schemas']['SettingExplanation'];
export type SettingSource = components['schemas']['SettingSource'];
export type ShownBody = components['schemas']['ShownBody'];
export type ShownExchange = components['schemas']['ShownExchange'];
export type ShownReport = components['schemas']['ShownReport'];
export type Signing = components['schemas']['Signing'];
export type SmallFiles = components['schemas']['SmallFiles'];
export type SourceFacts = components['schemas']['SourceFacts'];
export type Split = components['schemas']['Split'];
export type StagedFile = components['schemas']['StagedFile'];
export type StagedFiles = components['schemas']['StagedFiles'];
export type Status = components['schemas']['Status'];
export type StoredAuthorizationRule = components['schemas']['StoredAuthorizationRule'];
export type TaskRun = components['schemas']['TaskRun'];
export type Token = components['schemas']['Token'];
export type TokenList = components['schemas']['TokenList'];
export type TreeEntry = components['schemas']['TreeEntry'];
export type Trust = components['schemas']['Trust'];
export type WaitReason = components['schemas']['WaitReason'];
export type WakeNode = components['schemas']['WakeNode'];
export type WakeWork = components['schemas']['WakeWork'];
export type WakeonlanWork = components['schemas']['WakeonlanWork'];
export type ResponseProblem400 = components['responses']['Problem400'];
export type ResponseProblem401 = components['responses']['Problem401'];
export type ResponseProblem403 = components['responses']['Problem403'];
export type ResponseProblem404 = components['responses']['Problem404'];
export type ResponseProblem408 = components['responses']['Problem408'];
export type ResponseProblem409 = components['responses']['Problem409'];
export type ResponseProblem413 = components['responses']['Problem413'];
export type ResponseProblem415 = components['responses']['Problem415'];
export type ResponseProblem501 = components['responses']['Problem501'];
export type ResponseProblem503 = components['responses']['Problem503'];
export type $defs = Record<string, never>;
export interface operations {
    "api.openapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was looked at. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Examination"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description In this state. */
                state?: components["schemas"]["NodeState"];
                /** @description The beginning of the name, without regard to case. */
                name?: string;
                /** @description With this label, as `key=value`; every one of those given. */
                label?: string[];
                /** @description With an agent of this family. */
                family?: components["schemas"]["AgentFamily"];
                /** @description The newest report of one of its agents has this status. */
                reportStatus?: components["schemas"]["ReportStatus"];
                /** @description What a rule of a group takes, as JSON: `{"field": "facts.os.family", "eq": "Debian"}`. */
                where?: string;
                /** @description `name`, or a fact of `search.indexed` such as `facts.os.family`; nodes without it come last. */
                sort?: string;
                /** @description No agent of it was seen for this many days. */
                notSeenDays?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of nodes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The node. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Node"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.purge": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was deleted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purged"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.explain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reasons. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeExplanation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.facts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its facts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeFacts"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.history": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Only changes of this, such as `facts`. */
                subject?: string;
            };
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of changes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.inventory": {
        parameters: {
            query?: {
                /** @description Only these sections, separated by commas, such as `softwares,hardware`. */
                sections?: string;
            };
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its inventories. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeInventories"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.inventory.compare": {
        parameters: {
            query: {
                /** @description The other node: name, id or alias. */
                to: string;
                /** @description Only these sections, separated by commas, such as `softwares,hardware`. */
                sections?: string;
            };
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What differs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryDifferences"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.catalog": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The catalog. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Catalog"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            501: components["responses"]["Problem501"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.compile": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompileWish"];
            };
        };
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompiledCatalog"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            501: components["responses"]["Problem501"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.catalogs.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that are kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.catalogs.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
                /** @description Its id. */
                catalog: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The catalog. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptCatalog"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.catalogs.compare": {
        parameters: {
            query?: {
                /** @description The id of the catalog to compare it to; unless given, the last one before it that is another. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
                /** @description Its id. */
                catalog: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What differs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogDifferences"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.label": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LabelChange"];
            };
        };
        responses: {
            /** @description The labels after it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeLabels"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The node after it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Node"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.activate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The node after it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Node"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.wake": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WakeNode"];
            };
        };
        responses: {
            /** @description The order. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedJobOrder"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.merge": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Merge"];
            };
        };
        responses: {
            /** @description What was done; its id undoes it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityChange"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.split": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Split"];
            };
        };
        responses: {
            /** @description What was done; its id undoes it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityChange"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.setting.set": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
                /** @description A setting of one of the protocols, such as `dsc.configurations`. */
                setting: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NodeSetting"];
            };
        };
        responses: {
            /** @description It has the setting. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.nodes.setting.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name, id or alias. */
                node: string;
                /** @description A setting of one of the protocols, such as `dsc.configurations`. */
                setting: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has no such setting. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.groups.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every group. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.groups.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupDraft"];
            };
        };
        responses: {
            /** @description A page of nodes, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupMembers"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.groups.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The group's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The group. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.groups.put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The group's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupSpec"];
            };
        };
        responses: {
            /** @description The group as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PutGroup"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.groups.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The group's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.groups.members": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description The group's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of nodes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupMembers"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.pending.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What waits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pending"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.identity-conflicts.dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conflict's id. */
                conflict: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conflict, which waits no more. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityConflict"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.identity-changes.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Of this node: its name, id, or an alias. */
                node?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of changes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityChangePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.identity-changes.undo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The change's id. */
                change: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The change, undone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityChange"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.inventory.search": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description `section.field=value`, such as `softwares.name=openssl`; all have to fit. */
                where?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of nodes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryHits"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.inventory.export": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Only these sections, separated by commas, such as `softwares,hardware`. */
                sections?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of inventories. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.job-orders.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOrderPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.job-orders.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewJobOrder"];
            };
        };
        responses: {
            /** @description The order, and the nodes that it makes no job for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedJobOrder"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.job-orders.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id. */
                order: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOrder"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.job-orders.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id. */
                order: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelledJobs"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.jobs.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Of this order: name or id. */
                order?: string;
                /** @description Of this node: name, id or alias. */
                node?: string;
                /** @description In this state. */
                state?: components["schemas"]["JobState"];
                /** @description Of this task. */
                task?: components["schemas"]["JobTask"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.jobs.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.jobs.events": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Its id. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobEventPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.jobs.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelledJobs"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.packages.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PackageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.packages.publish": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The package's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PackageContent"];
            };
        };
        responses: {
            /** @description The package was just so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedPackage"];
                };
            };
            /** @description The new version. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedPackage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.packages.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The package's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.packages.missing-files": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The package's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Digests"];
            };
        };
        responses: {
            /** @description Those that are not here. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MissingFiles"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.packages.versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The package's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PackageVersionList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.packages.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The package's name. */
                name: string;
                /** @description Its number. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PackageVersion"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.reports.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Of this node: name, id or alias. */
                node?: string;
                /** @description With this status. */
                status?: components["schemas"]["ReportStatus"];
                /** @description Of agents of this protocol. */
                protocol?: string;
                /** @description First accepted at or after. */
                since?: string;
                /** @description First accepted before. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of reports. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.reports.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                report: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.reports.events": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Its id. */
                report: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of lines. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportEventPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.reports.submission": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                report: string;
                /** @description The id of one of its parts. */
                submission: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob | Uint8Array | ReadableStream<Uint8Array>;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.dead-letters.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.dead-letters.redrive-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there were. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Redriven"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.dead-letters.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                letter: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.dead-letters.discard": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                letter: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.dead-letters.body": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                letter: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob | Uint8Array | ReadableStream<Uint8Array>;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.dead-letters.redrive": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                letter: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It waits for its processing. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description In this state. */
                state?: components["schemas"]["CertificateState"];
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
                /** @description Of exactly this name. */
                name?: string;
                /** @description Every certificate that there ever was, cleaned and interrupted ones too. */
                history?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of certificates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificatePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCertificate"];
            };
        };
        responses: {
            /** @description The certificate with its key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeCertificate"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.revoke-serials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Serials"];
            };
        };
        responses: {
            /** @description What was revoked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevokedSerials"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.show": {
        parameters: {
            query?: {
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
            };
            header?: never;
            path: {
                /** @description The name that it was asked for; it means something within its profile. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateStatus"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.sign": {
        parameters: {
            query?: {
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
            };
            header?: never;
            path: {
                /** @description The name that it was asked for; it means something within its profile. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Signing"];
            };
        };
        responses: {
            /** @description It is signed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.revoke": {
        parameters: {
            query?: {
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
            };
            header?: never;
            path: {
                /** @description The name that it was asked for; it means something within its profile. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificates.clean": {
        parameters: {
            query?: {
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
            };
            header?: never;
            path: {
                /** @description The name that it was asked for; it means something within its profile. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The name is free. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificate-requests.list": {
        parameters: {
            query?: {
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requests. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateRequestList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.certificate-requests.delete": {
        parameters: {
            query?: {
                /** @description Of this profile. */
                profile?: components["schemas"]["CertificateProfile"];
            };
            header?: never;
            path: {
                /** @description The name that it was asked for; it means something within its profile. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authority.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authority"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authority.ca": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The certificates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-pem-file": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authority.crl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lists. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-pem-file": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.autosign-rules.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those of the configuration, then those that are kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutosignRuleList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.autosign-rules.put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The rule's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAutosignRule"];
            };
        };
        responses: {
            /** @description The rule, with the secret that was made for it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeAutosignRule"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.autosign-rules.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The rule's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.autosign-rules.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestToTest"];
            };
        };
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestFindings"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authorization-rules.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default ones, those of the configuration, and those that are kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorizationRuleList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authorization-rules.put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The rule's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAuthorizationRule"];
            };
        };
        responses: {
            /** @description The rule as it is kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredAuthorizationRule"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authorization-rules.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The rule's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.authorization-rules.explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallToExplain"];
            };
        };
        responses: {
            /** @description The decision. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDecision"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.credentials.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.credentials.put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The credential's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCredential"];
            };
        };
        responses: {
            /** @description The credential, without its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.credentials.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The credential's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.exchanges.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Of this node: a name, an id or an alias. */
                node?: string;
                /** @description Of this protocol, such as `dsc`. */
                protocol?: string;
                /** @description The beginning of a route's name, such as `puppet.v3`. */
                route?: string;
                /** @description Of this method. */
                method?: string;
                /** @description Answers from this status on. */
                leastStatus?: number;
                /** @description Answers up to this status. */
                mostStatus?: number;
                /** @description Recorded at or after. */
                since?: string;
                /** @description Recorded before. */
                until?: string;
                /** @description Such as `30s`; at most 60s. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of exchanges. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExchangePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.exchanges.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                exchange: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The exchange. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownExchange"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.exchanges.stream": {
        parameters: {
            query?: {
                /** @description Of this node: a name, an id or an alias. */
                node?: string;
                /** @description Of this protocol, such as `dsc`. */
                protocol?: string;
                /** @description The beginning of a route's name, such as `puppet.v3`. */
                route?: string;
                /** @description Of this method. */
                method?: string;
                /** @description Answers from this status on. */
                leastStatus?: number;
                /** @description Answers up to this status. */
                mostStatus?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.recordings.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recordings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.recordings.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRecording"];
            };
        };
        responses: {
            /** @description The recording. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.recordings.stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id. */
                recording: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recording. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.audit-events.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description By this actor. */
                actor?: string;
                /** @description The beginning of the action, such as `node.` */
                action?: string;
                /** @description About this subject. */
                subject?: string;
                /** @description At or after. */
                since?: string;
                /** @description Before. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Documents"];
            };
        };
        responses: {
            /** @description What was done, or in a dry run would be. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Applied"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.apply.schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schema. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.apply.missing-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Digests"];
            };
        };
        responses: {
            /** @description Those that are not here. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MissingFiles"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.apply.stage-file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file's bytes. */
        requestBody: {
            content: {
                "application/octet-stream": Blob | Uint8Array | ReadableStream<Uint8Array>;
            };
        };
        responses: {
            /** @description What arrived. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StagedFile"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.apply.stage-small-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SmallFiles"];
            };
        };
        responses: {
            /** @description What arrived, in the order of the request. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StagedFiles"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.artifacts.list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A kind of one of the protocols, such as `dsc-configuration`. */
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the channels point. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArtifactList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.artifacts.publish": {
        parameters: {
            query?: {
                /** @description The file's name: the artifact's name comes from it. */
                file?: string;
                /** @description The SHA-256 that its publisher wrote beside it, in hex; an other one than that of the bytes makes a warning. */
                checksum?: string;
            };
            header?: never;
            path: {
                /** @description A kind of one of the protocols, such as `dsc-configuration`. */
                kind: string;
            };
            cookie?: never;
        };
        /** @description The file's bytes. */
        requestBody: {
            content: {
                "application/octet-stream": Blob | Uint8Array | ReadableStream<Uint8Array>;
            };
        };
        responses: {
            /** @description The channel points at these very bytes already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            /** @description The new version. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.artifacts.versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A kind of one of the protocols, such as `dsc-configuration`. */
                kind: string;
                /** @description The artifact's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArtifactVersionList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.artifacts.move-channel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A kind of one of the protocols, such as `dsc-configuration`. */
                kind: string;
                /** @description The artifact's name. */
                name: string;
                /** @description Such as `current`. */
                channel: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelMove"];
            };
        };
        responses: {
            /** @description Where the channel points. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Head"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.deploy": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The environment's name, as agents have it: a-z, 0-9 and _. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnvironmentTree"];
            };
        };
        responses: {
            /** @description The environment was just so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeployedEnvironment"];
                };
            };
            /** @description The new version. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeployedEnvironment"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The environment's name, as agents have it: a-z, 0-9 and _. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The environment's name, as agents have it: a-z, 0-9 and _. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentVersionList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.rollback": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The environment's name, as agents have it: a-z, 0-9 and _. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnvironmentRollback"];
            };
        };
        responses: {
            /** @description The version that agents get now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeployedEnvironment"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.nodes": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The environment's name, as agents have it: a-z, 0-9 and _. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The nodes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentNodes"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.environments.compare": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The environment's name, as agents have it: a-z, 0-9 and _. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProposedEnvironment"];
            };
        };
        responses: {
            /** @description What differs, by node. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentChange"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            501: components["responses"]["Problem501"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment-keys.list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A protocol with enrolment keys, such as `dsc`. */
                protocol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, revoked ones too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentKeyList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment-keys.add": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A protocol with enrolment keys, such as `dsc`. */
                protocol: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEnrolmentKey"];
            };
        };
        responses: {
            /** @description The key with its text. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeEnrolmentKey"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment-keys.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A protocol with enrolment keys, such as `dsc`. */
                protocol: string;
                /** @description Name or id. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.tokens.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens, expired and revoked ones too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationTokenList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.tokens.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRegistrationToken"];
            };
        };
        responses: {
            /** @description The token with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeRegistrationToken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.tokens.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token, and how many keys went with it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevokedRegistrationToken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.logins.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The logins, revoked ones too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentLoginList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.logins.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAgentLogin"];
            };
        };
        responses: {
            /** @description The login with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeAgentLogin"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.logins.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description One of basic, oauth. */
                kind: string;
                /** @description Name or id. */
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.agent-keys.list": {
        parameters: {
            query?: {
                /** @description How many to answer with, at the most. */
                limit?: number;
                /** @description Go on after a page: its `next`. */
                after?: string;
                /** @description Only those of this agentid. */
                agent?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By owner and age. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentKeyPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.agent-keys.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentKey"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.enrolment.agent-keys.renew": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskedRenewal"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.tokens.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens, expired and revoked ones too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.tokens.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description The token with its text. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeToken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            503: components["responses"]["Problem503"];
        };
    };
    "api.tokens.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
}
