/** What a made-up configuration is to contain. */
export interface SampleConfigurationOptions {
  /** ConfigurationName. */
  readonly name: string;
  /** Module the configuration needs besides the built-in one. */
  readonly module?: { readonly name: string; readonly version: string };
  /** Wanted size of the file in bytes, reached exactly (odd sizes of UTF-16: one more); too small a value is ignored. */
  readonly size?: number;
  /** Text of the resource, to make versions that differ; "hello" by default. */
  readonly contents?: string;
  /** "utf16le" with byte order mark and CRLF as Windows writes it (default), or "utf8" with LF as for Linux. */
  readonly encoding?: "utf16le" | "utf8";
  /** Generation time in the header; fixed by default, so that the same options give the same bytes. */
  readonly generated?: Date;
}

/**
 * Builds a configuration document as the PowerShell compiler writes it: header comment, resource instances, document
 * block.
 *
 * @returns the file's bytes; equal options give equal bytes
 */
export function sampleConfiguration(options: SampleConfigurationOptions): Buffer {
  const bare = encode(text(options, ""), options);
  const missing = (options.size ?? 0) - bare.length;
  if (missing <= 0) {
    return bare;
  }
  return encode(text(options, "x".repeat(options.encoding === "utf8" ? missing : Math.ceil(missing / 2))), options);
}

function encode(content: string, options: SampleConfigurationOptions): Buffer {
  return options.encoding === "utf8"
    ? Buffer.from(content, "utf8")
    : Buffer.from(`\uFEFF${content.replaceAll("\n", "\r\n")}`, "utf16le");
}

/** MOF string literal: quotes and backslashes need a backslash. */
function literal(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

function text(options: SampleConfigurationOptions, padding: string): string {
  const { name, module } = options;
  const iso = (options.generated ?? new Date("2024-01-02T03:04:05Z")).toISOString();
  const date = `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
  const contents = literal(`${options.contents ?? "hello"}${padding}`);
  const resource = (type: string, line: number, body: string, from: { name: string; version: string }): string =>
    `instance of MSFT_${type} as $MSFT_${type}1ref\n{\nResourceID = "[${type}]sample";\n${body}` +
    ` SourceInfo = "C:\\\\sample.ps1::${line}::3::${type}";\n ModuleName = ${literal(from.name)};\n` +
    ` ModuleVersion = ${literal(from.version)};\n ConfigurationName = ${literal(name)};\n};\n`;
  const file = resource(
    "FileDirectoryConfiguration",
    6,
    ` DestinationPath = "C:\\\\sample.txt";\n Contents = ${contents};\n`,
    {
      name: "PSDesiredStateConfiguration",
      version: "1.1",
    },
  );
  const extra = module === undefined ? "" : resource("GatehouseSample", 12, ' Ensure = "Present";\n', module);
  return (
    `/*\n@TargetNode='${name}'\n@GeneratedBy=Administrator\n@GenerationDate=${date}\n@GenerationHost=PULL\n*/\n\n` +
    `${file}${extra}instance of OMI_ConfigurationDocument\n{\n Version="2.0.0";\n MinimumCompatibleVersion = "1.0.0";\n` +
    ' CompatibleVersionAdditionalProperties= {"Omi_BaseResource:ConfigurationName"};\n Author="Administrator";\n' +
    ` GenerationDate="${date}";\n GenerationHost="PULL";\n Name=${literal(name)};\n};\n`
  );
}
