import { Kbd } from "@mantine/core";
import { useText } from "../../i18n";
import { Dialog } from "../parts/dialog";

const KEYS = [
  ["j", "down"],
  ["k", "up"],
  ["Enter", "open"],
  ["x", "mark"],
  ["a", "take"],
  ["l", "label"],
  ["/", "search"],
  ["Esc", "clear"],
  ["?", "help"],
] as const;

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function QueueKeys({ isOpen, onClose }: Props) {
  const { t } = useText();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t("queue.keysTitle")}>
      <dl className="facts key-list">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{t(`queueKey.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
