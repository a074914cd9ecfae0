export { decodedText, withoutMojibake } from "./wire/text.js";
export { readXml, XML_LIMITS, type XmlElement, type XmlLimits } from "./wire/xml.js";
