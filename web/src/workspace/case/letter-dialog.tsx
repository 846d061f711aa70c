import { Button, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { LOCALES, type Locale, useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { Loaded } from "../parts/load-state";
import { useLetterPreview, useSendLetter } from "./use-work";

interface Props {
  readonly caseId: string;
  readonly decisionId: string;
  readonly onClose: () => void;
}

/** The letter exactly as it will go; nothing leaves before somebody has seen it here. */
export function LetterDialog({ caseId, decisionId, onClose }: Props) {
  const { t } = useText();
  const [locale, setLocale] = useState<Locale | null>(null);
  const preview = useLetterPreview(caseId, decisionId, locale);
  return (
    <Dialog isOpen onClose={onClose} size="xl" title={t("letter.title")}>
      <Loaded query={preview}>
        {(letter) => (
          <>
            <div className="letter-head">
              <p className="break">
                <span className="muted">{t("letter.to")}</span> {letter.name} &lt;{letter.address}
                &gt;
              </p>
              <SegmentedControl
                aria-label={t("letter.language")}
                data={LOCALES.map((value) => ({ value, label: t(`letter.in.${value}`) }))}
                onChange={(value) => setLocale(LOCALES.find((one) => one === value) ?? null)}
                size="xs"
                value={letter.locale}
              />
            </div>
            <LetterForm
              caseId={caseId}
              decisionId={decisionId}
              key={letter.locale}
              letter={letter}
              onClose={onClose}
            />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

interface FormProps extends Props {
  readonly letter: { locale: Locale; subject: string; text: string };
}

function LetterForm({ caseId, decisionId, letter, onClose }: FormProps) {
  const text = useText();
  const { t } = text;
  const send = useSendLetter(caseId, decisionId);
  const [subject, setSubject] = useState(letter.subject);
  const [body, setBody] = useState(letter.text);
  return (
    <form
      className="stack"
      data-testid="letter-form"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(
          { locale: letter.locale, subject: subject.trim(), text: body.trim() },
          {
            onSuccess: () => {
              notifications.show({ message: t("letter.queued"), withCloseButton: false });
              onClose();
            },
          },
        );
      }}
    >
      <TextInput
        label={t("letter.subject")}
        maxLength={200}
        onChange={(event) => setSubject(event.currentTarget.value)}
        required
        value={subject}
      />
      <Textarea
        autosize
        data-testid="letter-text"
        label={t("letter.text")}
        maxRows={18}
        minRows={10}
        onChange={(event) => setBody(event.currentTarget.value)}
        required
        value={body}
      />
      <p className="muted small">{t("letter.hint")}</p>
      {send.error && (
        <Message isUrgent tone="danger">
          {errorText(text, send.error)}
        </Message>
      )}
      <div className="page-actions">
        <Button data-testid="letter-send" loading={send.isPending} type="submit">
          {t("letter.send")}
        </Button>
        <Button onClick={onClose} variant="default">
          {t("letter.later")}
        </Button>
      </div>
    </form>
  );
}
