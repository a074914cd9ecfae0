export { decodedText, withoutMojibake } from "./text.js";
export { readXml, type Wanted, XML_LIMITS, type XmlElement, type XmlLimits } from "./xml.js";
