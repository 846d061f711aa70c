import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startI18n } from "../i18n";
import en from "../i18n/en/candidate.json";
import enCommon from "../i18n/en/common.json";
import zh from "../i18n/zh-CN/candidate.json";
import zhCommon from "../i18n/zh-CN/common.json";
import "../ui/tokens.css";
import "../ui/parts.css";
import "./page.css";
import "./controls.css";
import "./interview.css";
import { App } from "./app";

startI18n({ en: { ...enCommon, ...en }, "zh-CN": { ...zhCommon, ...zh } });

// Another link opened in this tab changes the fragment alone.
window.addEventListener("hashchange", () => window.location.reload());

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
