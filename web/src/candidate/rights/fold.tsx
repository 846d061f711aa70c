import { type ReactNode, useState } from "react";
import type { RightsStatus } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";

export interface RightsProps {
  readonly token: string;
  readonly status: RightsStatus;
  readonly onChange: (status: RightsStatus) => void;
}

interface FoldProps {
  readonly name: string;
  readonly children: ReactNode;
}

export function Fold({ name, children }: FoldProps) {
  const { t } = useText();
  return (
    <details className="fold" data-testid={`fold-${name}`}>
      <summary>{t(`rights.${name}.title`)}</summary>
      <p>{t(`rights.${name}.text`)}</p>
      {children}
    </details>
  );
}

/** Runs one request at a time and keeps what went wrong. */
export function useAct(onChange: RightsProps["onChange"]) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const act = async (work: () => Promise<RightsStatus>) => {
    setBusy(true);
    setError(null);
    try {
      onChange(await work());
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return { act, error, isBusy };
}

export function Trouble({ error }: { readonly error: unknown }) {
  const text = useText();
  if (error === null) return null;
  return (
    <Message isUrgent tone="danger">
      {errorText(text, error)}
    </Message>
  );
}
