import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Status } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { languageKey } from "../format";
import { Dialog } from "../parts/dialog";
import { useStatus } from "../queries";
import { EngineTable } from "./engine-table";

type Line = readonly [key: string, text: string];

/** What a reviewer must know about the machine before trusting its words. */
export function StatusBanner() {
  const { t } = useText();
  const [isOpen, { open, close }] = useDisclosure();
  const status = useStatus().data;
  const lines = useLines(status);
  if (!status) return null;
  return (
    <>
      {lines.length > 0 && (
        <section aria-label={t("status.engines")} className="banner" data-testid="engine-banner">
          <Icon name="alert" />
          <ul>
            {lines.map(([key, line]) => (
              <li key={key}>{line}</li>
            ))}
          </ul>
          <Button className="banner-more" onClick={open} size="compact-sm" variant="subtle">
            {t("status.details")}
          </Button>
        </section>
      )}
      <Dialog onClose={close} isOpen={isOpen} size="lg" title={t("status.engines")}>
        <EngineTable status={status} />
      </Dialog>
    </>
  );
}

function useLines(status: Status | undefined): Line[] {
  const { t } = useText();
  if (!status) return [];
  const lines: Line[] = [];
  for (const { language, engine, is_fallback } of status.transcription) {
    const name = t(languageKey(language));
    if (!engine) lines.push([language, t("status.missing", { language: name })]);
    else if (is_fallback) lines.push([language, t("status.fallback", { language: name, engine })]);
  }
  const { waiting_utterances: count, pool } = status;
  if (count > 0) lines.push(["waiting", t("status.waiting", { count })]);
  if (pool.alive < pool.workers) lines.push(["workers", t("status.workers", { ...pool })]);
  return lines;
}
