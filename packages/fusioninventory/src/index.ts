export { treeOf, type XmlTree, type XmlValue } from "./mapping/tree.js";
export { decodedText, withoutMojibake } from "./wire/text.js";
export { readXml, XML_LIMITS, type XmlElement, type XmlLimits } from "./wire/xml.js";
