import { addTexts } from "../../i18n";
import en from "../../i18n/en/requests.json";
import zh from "../../i18n/zh-CN/requests.json";
import "./requests.css";

addTexts({ en, "zh-CN": zh });
