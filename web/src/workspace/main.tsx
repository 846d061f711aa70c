import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { startI18n } from "../i18n";
import enCommon from "../i18n/en/common.json";
import enDesk from "../i18n/en/desk.json";
import enReview from "../i18n/en/review.json";
import enTrials from "../i18n/en/trials.json";
import en from "../i18n/en/workspace.json";
import zhCommon from "../i18n/zh-CN/common.json";
import zhDesk from "../i18n/zh-CN/desk.json";
import zhReview from "../i18n/zh-CN/review.json";
import zhTrials from "../i18n/zh-CN/trials.json";
import zh from "../i18n/zh-CN/workspace.json";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "../ui/tokens.css";
import "../ui/parts.css";
import "./styles/base.css";
import "./styles/table.css";
import "./styles/queue.css";
import "./styles/tour.css";
import "./styles/outline.css";
import "./styles/shell.css";
import "./styles/states.css";
import "./styles/case.css";
import "./styles/transcript.css";
import "./styles/ratings.css";
import "./styles/override.css";
import "./styles/review.css";
import "./styles/trials.css";
import { App } from "./app";
import { makeQueryClient } from "./query-client";
import { theme, tokenVariables } from "./theme";

startI18n({
  en: { ...enCommon, ...en, ...enDesk, ...enReview, ...enTrials },
  "zh-CN": { ...zhCommon, ...zh, ...zhDesk, ...zhReview, ...zhTrials },
});

const root = document.getElementById("root");
const queries = makeQueryClient();
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        cssVariablesResolver={tokenVariables}
        defaultColorScheme="auto"
        theme={theme}
      >
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <BrowserRouter basename="/hr">
            <App />
          </BrowserRouter>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
