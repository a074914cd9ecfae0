export { treeOf, type XmlTree, type XmlValue } from "./mapping/tree.js";
