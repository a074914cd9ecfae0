import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";

const WHY = "a fixed document that administrators open to see that the service is there";

const SERVICE = `<?xml version="1.0" encoding="utf-8"?>
<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><workspace><atom:title>Default</atom:title>
<collection href="Nodes"><atom:title>Nodes</atom:title></collection>
<collection href="Modules"><atom:title>Modules</atom:title></collection></workspace></service>
`;

const METADATA = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:DataServiceVersion="3.0">
<Schema Namespace="MSFT" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Nodes"><Key><PropertyRef Name="AgentId"/></Key><Property Name="AgentId" Type="Edm.Guid" Nullable="false"/></EntityType>
<EntityType Name="Modules"><Key><PropertyRef Name="ModuleName"/><PropertyRef Name="ModuleVersion"/></Key><Property Name="ModuleName" Type="Edm.String" Nullable="false"/><Property Name="ModuleVersion" Type="Edm.String" Nullable="false"/></EntityType>
<ComplexType Name="DSCNodeStatus"><Property Name="NodeStatus" Type="Edm.String"/></ComplexType>
<EntityContainer Name="PSDSCPullServer" m:IsDefaultEntityContainer="true"><EntitySet Name="Nodes" EntityType="MSFT.Nodes"/><EntitySet Name="Modules" EntityType="MSFT.Modules"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>
`;

const fixed = (id: string, pattern: RegExp, body: string, type: string): RouteRow => ({
  id,
  method: "GET",
  pattern,
  access: { who: "anyone", why: WHY },
  bodyLimit: 0,
  admission: "check-in",
  handle: () => ({ status: 200, headers: { "Content-Type": type, DataServiceVersion: "1.0;" }, body }),
});

/** Bytes: a body that is refused anyway is read only so far that its sender sees the answer. */
const REFUSED_LIMIT = 64 * 1024;

/**
 * Version 1 of the protocol is not offered. A WMF 5 node that still has a ConfigurationID posts SendStatusReport before
 * its first registration and expects a 400 (recorded); it then goes on with version 2.
 */
const versionOne = (method: "GET" | "POST"): RouteRow => ({
  id: `dsc.version-1.${method.toLowerCase()}`,
  method,
  pattern: /^\/(?:node|action|module)\(configurationid=[^)]*\)\/[a-z]+(?:\([^)]*\))?$/,
  access: { who: "anyone", why: "always refused" },
  bodyLimit: REFUSED_LIMIT,
  admission: "check-in",
  handle: () => {
    throw new GatehouseError(
      "request-malformed",
      "ConfigurationID not found: this server speaks version 2 of the protocol, with an AgentId.",
    );
  },
});

/** The service document, the metadata, and what is answered only to be refused cleanly. */
export const serviceRoutes: readonly RouteRow[] = [
  fixed("dsc.service", /^\/$/, SERVICE, "application/xml;charset=utf-8"),
  fixed("dsc.metadata", /^\/\$metadata$/, METADATA, "application/xml;charset=utf-8"),
  versionOne("POST"),
  versionOne("GET"),
];
