export { decodedText, withoutMojibake } from "./text.js";
export { readXml, XML_LIMITS, type XmlElement, type XmlLimits } from "./xml.js";
