import { type ReactNode, useEffect, useState } from "react";
import { unwrap } from "../../api/problem";
import type { SignedReceipt } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useClient } from "../use-client";
import { day, moment, save } from "./format";

interface Props {
  readonly token: string;
  /** Another number, another look: transcripts and ratings come in later. */
  readonly stamp: number;
}

export function Receipt({ token, stamp }: Props) {
  const text = useText();
  const { t } = text;
  const client = useClient(token);
  const [signed, setSigned] = useState<SignedReceipt | null>(null);
  const [error, setError] = useState<unknown>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each look asks again
  useEffect(() => {
    unwrap(client.GET("/api/candidate/receipt")).then(setSigned, setError);
  }, [client, stamp]);

  const download = () => {
    const json = `${JSON.stringify(signed, null, 2)}\n`;
    save(new Blob([json], { type: "application/json" }), "receipt.json");
  };
  return (
    <section aria-labelledby="receipt-title" className="panel receipt" data-testid="receipt">
      <h2 id="receipt-title">{t("receipt.title")}</h2>
      <p>{t("receipt.lead")}</p>
      {error !== null && <Message tone="danger">{errorText(text, error)}</Message>}
      {signed && (
        <>
          <Facts signed={signed} />
          <div className="actions no-print">
            <button
              className="button"
              data-testid="receipt-download"
              onClick={download}
              type="button"
            >
              {t("receipt.download")}
            </button>
            <button className="button" onClick={() => window.print()} type="button">
              {t("receipt.print")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

function Facts({ signed }: { readonly signed: SignedReceipt }) {
  const text = useText();
  const { t, language } = text;
  const { receipt, signature } = signed;
  const { collected, kept_until: kept } = receipt;
  return (
    <dl className="facts">
      <Fact label={t("receipt.job")}>{receipt.job}</Fact>
      <Fact label={t("receipt.collected")}>
        {t("receipt.counts", {
          recordings: collected.recordings,
          spoken: collected.spoken_passages,
          written: collected.written_answers,
        })}{" "}
        {collected.looks_at_the_face > 0
          ? t("receipt.face", { count: collected.looks_at_the_face })
          : t("receipt.noFace")}
      </Fact>
      <Fact label={t("receipt.models")}>
        {receipt.models.length === 0 && t("receipt.noModels")}
        {receipt.models.map(({ task, id, version }) => (
          <span className="line" key={`${task}${id}${version}`}>
            {t(`receipt.task.${task}`)}: <code>{`${id} ${version}`.trim()}</code>
          </span>
        ))}
      </Fact>
      <Fact label={t("receipt.consents")}>
        {receipt.consents.map((one) => (
          <span className="line" data-old={!one.in_force || undefined} key={one.given_at}>
            {one.given_at && moment(one.given_at, language)}: {answers(one, t)}{" "}
            <code>{one.notice}</code>
          </span>
        ))}
      </Fact>
      {receipt.recordings.length > 0 && (
        <Fact label={t("receipt.recordings")}>
          {receipt.recordings.map((one) => (
            <span className="line" key={one.id}>
              {t("receipt.recording", { seconds: one.seconds })} <code>{one.sha256}</code>
            </span>
          ))}
        </Fact>
      )}
      <Fact label={t("receipt.kept")}>
        {Object.entries(kept).map(
          ([name, until]) =>
            until && (
              <span className="line" key={name}>
                {t(`retention.${name}`)}: {day(until, language)}
              </span>
            ),
        )}
      </Fact>
      <Fact label={t("receipt.signature")}>
        <code>{signature.value}</code>
        <span className="line fine">
          {t("receipt.check", {
            url: `${receipt.issuer.url}/.well-known/candor-receipt-keys.json`,
          })}
        </span>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type Consent = SignedReceipt["receipt"]["consents"][number];

function answers(consent: Consent, t: (key: string) => string): string {
  const given = (["recording", "ai_scoring", "facial_analysis"] as const).filter(
    (purpose) => consent[purpose],
  );
  if (given.length === 0) return t("receipt.agreedNothing");
  return given.map((purpose) => t(`purpose.${purpose}`)).join(t("receipt.and"));
}
