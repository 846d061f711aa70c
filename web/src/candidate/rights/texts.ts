import { addTexts } from "../../i18n";
import en from "../../i18n/en/rights.json";
import zh from "../../i18n/zh-CN/rights.json";
import "./rights.css";

addTexts({ en, "zh-CN": zh });
