import { buffer } from "node:stream/consumers";
import yazl from "yazl";

// The same module always gives the same bytes, and with them the same checksum.
const MTIME = new Date("2024-01-02T03:04:05Z");

/**
 * Builds a module archive in the layout that both LCMs unpack: a top folder of the module's name without a version level,
 * in it the manifest and one resource.
 *
 * @param name ModuleName
 * @param version ModuleVersion, written into the manifest
 * @returns the zip; equal arguments give equal bytes
 */
export function sampleModule(name: string, version: string): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const resource = `MSFT_${name}`;
  const files: Record<string, string> = {
    [`${name}/${name}.psd1`]: `@{\r\nModuleVersion = '${version}'\r\nGUID = '0c7d5a7e-3d3b-4d1c-9a52-6b2f0e9f7a10'\r\n}\r\n`,
    [`${name}/DSCResources/${resource}/${resource}.schema.mof`]:
      `[ClassVersion("1.0.0"), FriendlyName("${name}")]\r\nclass ${resource} : OMI_BaseResource\r\n{\r\n` +
      "  [Key] String Name;\r\n  [Write] String Ensure;\r\n};\r\n",
    [`${name}/DSCResources/${resource}/${resource}.psm1`]:
      "function Get-TargetResource { param([string]$Name) @{ Name = $Name } }\r\n" +
      "function Test-TargetResource { param([string]$Name, [string]$Ensure) $true }\r\n" +
      "function Set-TargetResource { param([string]$Name, [string]$Ensure) }\r\n" +
      "Export-ModuleMember -Function *-TargetResource\r\n",
  };
  for (const [path, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content, "utf8"), path, { mtime: MTIME });
  }
  zip.end();
  return buffer(zip.outputStream);
}
