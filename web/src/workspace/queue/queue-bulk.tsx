import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { QueueChoices } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { useMay, useMe } from "../queries";
import { useAssign } from "./use-queue";

/** Give cases to somebody, and say what came of it. */
export function useHandOver() {
  const text = useText();
  const assign = useAssign();
  const me = useMe().data?.id;
  return (session_ids: string[], account_id: string | null, onDone?: () => void) => {
    if (session_ids.length === 0) return;
    assign.mutate(
      { session_ids, account_id },
      {
        onSuccess: ({ changed, kept }) => {
          const key = account_id === null ? "released" : account_id === me ? "taken" : "given";
          const lines = [text.t(`queueDone.${key}`, { count: changed })];
          if (kept.length > 0) lines.push(text.t("queue.kept", { count: kept.length }));
          notifications.show({ message: lines.join(" "), withCloseButton: false });
          onDone?.();
        },
        onError: (error) => notifications.show({ color: "red", message: errorText(text, error) }),
      },
    );
  };
}

interface Props {
  readonly ids: string[];
  readonly choices: QueueChoices | undefined;
  readonly onLabel: () => void;
  readonly onClear: () => void;
}

/** What can be done with all marked cases at once; keeps to the foot of the window. */
export function QueueBulk({ ids, choices, onLabel, onClear }: Props) {
  const { t } = useText();
  const may = useMay();
  const me = useMe().data;
  const handOver = useHandOver();
  if (ids.length === 0) return null;
  const give = (account_id: string | null) => handOver(ids, account_id, onClear);
  return (
    <section aria-label={t("queue.bulk")} className="bulk" data-testid="queue-bulk">
      <strong aria-live="polite">{t("queue.marked", { count: ids.length })}</strong>
      <div className="bulk-actions">
        <Button data-testid="bulk-take" onClick={() => give(me?.id ?? null)} size="xs">
          {t("queue.take")}
        </Button>
        {may("cases.assign") && (
          <Menu position="top-start" withinPortal>
            <Menu.Target>
              <Button data-testid="bulk-give" size="xs" variant="default">
                {t("queue.give")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown className="bulk-people">
              {choices?.people.map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => give(id)}>
                  {name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        <Button data-testid="bulk-release" onClick={() => give(null)} size="xs" variant="default">
          {t("queue.release")}
        </Button>
        <Button data-testid="bulk-label" onClick={onLabel} size="xs" variant="default">
          {t("queue.label")}
        </Button>
        <Button onClick={onClear} size="xs" variant="subtle">
          {t("queue.unmark")}
        </Button>
      </div>
    </section>
  );
}
