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
        /** Nodes by name */
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
        /** One report, with what was in force */
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
            latestReport: components["schemas"]["LatestReport"] | null;
        };
        /** @enum {string} */
        AgentFamily: "dsc" | "puppet" | "inventory";
        Alias: {
            family: components["schemas"]["AgentFamily"];
            /** @description Such as `agentid`, `certname`, `deviceid`. */
            kind: string;
            value: string;
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
        Backlog: {
            /** @description Submissions that are accepted and not yet processed. */
            waiting: number;
            /** Format: date-time */
            oldestAt: string | null;
            deadLetters: number;
        };
        ChannelMove: {
            version: number;
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
        /** @enum {string} */
        EventStatus: "ok" | "changed" | "noncompliant" | "failed" | "skipped";
        Evidence: {
            /** @enum {string} */
            kind: "name" | "address" | "mac" | "serial" | "uuid";
            value: string;
        };
        Examination: {
            checks: components["schemas"]["HealthCheck"][];
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
        NewEnrolmentKey: {
            name: string;
            /** @description The key as agents have it; a new one is made when left out. */
            key?: string;
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
            /** @description An operator's name, or `policy`. */
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
            agents: components["schemas"]["ExplainedAgent"][];
            /** @description What it was given by hand, by setting. */
            settings: {
                [key: string]: unknown;
            };
        };
        NodeLabels: {
            labels: components["schemas"]["Labels"];
        };
        NodePage: {
            nodes: components["schemas"]["Node"][];
            /** @description Hand it back as `after` for the page that follows; null on the last one. */
            next: string | null;
        };
        NodeSetting: {
            value: unknown;
        };
        /**
         * @description active: its agents call; expired: they have been silent for too long, and their next call makes it active again; deactivated: out of service by an operator's word.
         * @enum {string}
         */
        NodeState: "active" | "expired" | "deactivated";
        Problem: {
            /**
             * @description Stable; the reference of errors has them all.
             * @enum {string}
             */
            code: "request-malformed" | "name-invalid" | "unauthenticated" | "forbidden" | "not-found" | "method-not-allowed" | "conflict" | "body-too-large" | "body-late" | "coding-unsupported" | "overloaded" | "database-unavailable" | "not-available" | "internal" | "config-invalid" | "start-refused";
            /** @description The status of the answer. */
            status: number;
            /** @description One sentence for a person. */
            title: string;
            /** @description The log has the request under this id. */
            requestId: string;
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
        Purged: {
            nodeId: string;
            name: string;
            agents: number;
            reports: number;
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
             * @description By the node's clock.
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description By the node's clock.
             */
            endedAt: string | null;
            outcome: ("success" | "failure") | null;
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
         * @description noncompliant: it ended well, and something is not as it should be; hung: it was heard of too long ago, and never ended.
         * @enum {string}
         */
        ReportStatus: "running" | "success" | "noncompliant" | "failure" | "hung";
        /**
         * @description Each includes those before it.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "admin";
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
            };
            backlog: components["schemas"]["Backlog"];
            /** @description How each task last went, on whatever gateway. */
            tasks: components["schemas"]["TaskRun"][];
            database: components["schemas"]["DatabaseFacts"];
            protocols: string[];
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
        /** @description There is no token, or it is unknown, expired or revoked. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The token's role may not do this. */
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
export type Alias = components['schemas']['Alias'];
export type ArtifactList = components['schemas']['ArtifactList'];
export type ArtifactVersion = components['schemas']['ArtifactVersion'];
export type ArtifactVersionList = components['schemas']['ArtifactVersionList'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type AuditEventPage = components['schemas']['AuditEventPage'];
export type Backlog = components['schemas']['Backlog'];
export type ChannelMove = components['schemas']['ChannelMove'];
export type DatabaseFacts = components['schemas']['DatabaseFacts'];
export type DeadLetter = components['schemas']['DeadLetter'];
export type DeadLetterPage = components['schemas']['DeadLetterPage'];
export type EnrolmentKey = components['schemas']['EnrolmentKey'];
export type EnrolmentKeyList = components['schemas']['EnrolmentKeyList'];
export type EventStatus = components['schemas']['EventStatus'];
export type Evidence = components['schemas']['Evidence'];
export type Examination = components['schemas']['Examination'];
export type ExplainedAgent = components['schemas']['ExplainedAgent'];
export type Head = components['schemas']['Head'];
export type HealthCheck = components['schemas']['HealthCheck'];
export type LabelChange = components['schemas']['LabelChange'];
export type Labels = components['schemas']['Labels'];
export type LatestReport = components['schemas']['LatestReport'];
export type MadeEnrolmentKey = components['schemas']['MadeEnrolmentKey'];
export type MadeToken = components['schemas']['MadeToken'];
export type NewEnrolmentKey = components['schemas']['NewEnrolmentKey'];
export type NewToken = components['schemas']['NewToken'];
export type Node = components['schemas']['Node'];
export type NodeExplanation = components['schemas']['NodeExplanation'];
export type NodeLabels = components['schemas']['NodeLabels'];
export type NodePage = components['schemas']['NodePage'];
export type NodeSetting = components['schemas']['NodeSetting'];
export type NodeState = components['schemas']['NodeState'];
export type Problem = components['schemas']['Problem'];
export type Publication = components['schemas']['Publication'];
export type PublishedContent = components['schemas']['PublishedContent'];
export type Purged = components['schemas']['Purged'];
export type Redriven = components['schemas']['Redriven'];
export type Registration = components['schemas']['Registration'];
export type Report = components['schemas']['Report'];
export type ReportError = components['schemas']['ReportError'];
export type ReportEvent = components['schemas']['ReportEvent'];
export type ReportEventPage = components['schemas']['ReportEventPage'];
export type ReportPage = components['schemas']['ReportPage'];
export type ReportPart = components['schemas']['ReportPart'];
export type ReportStatus = components['schemas']['ReportStatus'];
export type Role = components['schemas']['Role'];
export type Status = components['schemas']['Status'];
export type TaskRun = components['schemas']['TaskRun'];
export type Token = components['schemas']['Token'];
export type TokenList = components['schemas']['TokenList'];
export type ResponseProblem400 = components['responses']['Problem400'];
export type ResponseProblem401 = components['responses']['Problem401'];
export type ResponseProblem403 = components['responses']['Problem403'];
export type ResponseProblem404 = components['responses']['Problem404'];
export type ResponseProblem408 = components['responses']['Problem408'];
export type ResponseProblem409 = components['responses']['Problem409'];
export type ResponseProblem413 = components['responses']['Problem413'];
export type ResponseProblem415 = components['responses']['Problem415'];
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
                    "application/json": components["schemas"]["Report"];
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
