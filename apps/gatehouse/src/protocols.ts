import type { ProtocolForOperators } from "@gatehouse/api";
import { catalogSettingDefinitions } from "@gatehouse/catalogs";
import { dscAdapter } from "@gatehouse/dsc";
import { fusionInventoryAdapter } from "@gatehouse/fusioninventory";
import { glpiAdapter } from "@gatehouse/glpi";
import { accessSetting } from "@gatehouse/inventory";
import { puppetAdapter } from "@gatehouse/puppet";

/** What the adapters bring for operators; settings for catalogs are those of the sources of catalogs. */
export const protocols: readonly ProtocolForOperators[] = [
  dscAdapter,
  {
    ...glpiAdapter,
    // Of all who call the inventory paths, in whichever dialect.
    settings: [...glpiAdapter.settings, accessSetting],
    nodeSettings: { ...glpiAdapter.nodeSettings, [accessSetting.name]: accessSetting.schema },
  },
  fusionInventoryAdapter,
  {
    ...puppetAdapter,
    settings: catalogSettingDefinitions,
    nodeSettings: Object.fromEntries(catalogSettingDefinitions.map(({ name, schema }) => [name, schema])),
  },
];
