import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import type { OfficeContest, OfficeRequest } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { type Deed, useDeed } from "./use-requests";

export interface Wanted {
  readonly name: Deed["name"];
  readonly of: OfficeContest | OfficeRequest;
}

interface Props {
  readonly wanted: Wanted;
  readonly onClose: () => void;
}

/** The candidate reads what is written here; an erasure needs no words, only to be meant. */
export function DeedDialog({ wanted, onClose }: Props) {
  const text = useText();
  const { t } = text;
  const { name, of } = wanted;
  const [words, setWords] = useState("");
  const deed = useDeed();
  const isErasure = name === "erase";

  const run = () => {
    const made: Deed = isErasure ? { name, id: of.session_id } : { name, id: of.id, words };
    deed.mutate(made, { onSuccess: onClose });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t(`requests.${name}.title`, { name: of.candidate_name })}
    >
      <div className="stack">
        <p className="muted">{t(`requests.${name}.text`)}</p>
        {!isErasure && (
          <Textarea
            autosize
            data-testid="deed-words"
            label={t("requests.words")}
            maxLength={2000}
            minRows={4}
            onChange={(event) => setWords(event.currentTarget.value)}
            value={words}
          />
        )}
        {deed.error !== null && (
          <Message isUrgent tone="danger">
            {errorText(text, deed.error)}
          </Message>
        )}
        <div className="page-actions">
          <Button
            data-testid="deed-confirm"
            disabled={!isErasure && words.trim() === ""}
            loading={deed.isPending}
            onClick={run}
          >
            {t(`requests.${name}.action`)}
          </Button>
          <Button onClick={onClose} variant="default">
            {t("action.cancel")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
