import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { type Ending, useEndTrial } from "./use-trials";

interface Props {
  readonly id: string;
  readonly ending: Ending;
  readonly onClose: () => void;
}

/** A trial ends once, with a reason that stays. */
export function EndDialog({ id, ending, onClose }: Props) {
  const text = useText();
  const { t } = text;
  const [reason, setReason] = useState("");
  const end = useEndTrial(id, ending);
  return (
    <Dialog isOpen onClose={onClose} title={t(`trials.${ending}`)}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          end.mutate(reason, { onSuccess: onClose });
        }}
      >
        <p>{t(`trials.${ending}Text`)}</p>
        <Textarea
          autosize
          data-autofocus
          data-testid="end-reason"
          label={t("trials.reason")}
          minRows={3}
          onChange={(event) => setReason(event.currentTarget.value)}
          value={reason}
        />
        {end.error && (
          <Message isUrgent tone="danger">
            {errorText(text, end.error)}
          </Message>
        )}
        <Button
          data-testid="end-confirm"
          disabled={reason.trim() === ""}
          loading={end.isPending}
          type="submit"
        >
          {t(`trials.${ending}`)}
        </Button>
      </form>
    </Dialog>
  );
}
