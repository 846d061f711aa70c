import { Button, TagsInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { useLabel } from "./use-queue";

const LONGEST = 40;

interface Props {
  readonly ids: string[];
  readonly known: readonly string[];
  /** Labels that at least one of the cases has. */
  readonly own: readonly string[];
  readonly onClose: () => void;
}

/** Labels for one case or many: what to put on, what to take off. */
export function LabelDialog({ ids, known, own, onClose }: Props) {
  const text = useText();
  const { t } = text;
  const label = useLabel();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  return (
    <Dialog isOpen onClose={onClose} title={t("queue.labelTitle", { count: ids.length })}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          label.mutate({ session_ids: ids, add, remove }, { onSuccess: onClose });
        }}
      >
        <TagsInput
          data={known.filter((one) => !own.includes(one) || ids.length > 1)}
          data-autofocus
          comboboxProps={{ position: "top" }}
          data-testid="label-add"
          description={t("queue.labelHint")}
          label={t("queue.labelAdd")}
          maxLength={LONGEST}
          onChange={setAdd}
          value={add}
        />
        {own.length > 0 && (
          <TagsInput
            data={[...own]}
            comboboxProps={{ position: "top" }}
            data-testid="label-remove"
            label={t("queue.labelRemove")}
            onChange={(chosen) => setRemove(chosen.filter((one) => own.includes(one)))}
            value={remove}
          />
        )}
        {label.error && (
          <Message isUrgent tone="danger">
            {errorText(text, label.error)}
          </Message>
        )}
        <Button
          data-testid="label-save"
          disabled={add.length + remove.length === 0}
          loading={label.isPending}
          type="submit"
        >
          {t("queue.labelSave")}
        </Button>
      </form>
    </Dialog>
  );
}
