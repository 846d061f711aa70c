import { useState } from "react";
import { unwrap } from "../../api/problem";
import { useText } from "../../i18n";
import { useClient } from "../use-client";
import { Fold, type RightsProps, Trouble, useAct } from "./fold";

const PURPOSES = ["recording", "ai_scoring", "facial_analysis"] as const;
const NOTHING = { recording: false, ai_scoring: false, facial_analysis: false };

/** Taking a consent back is as easy as giving it. */
export function Withdraw({ token, status, onChange }: RightsProps) {
  const { t } = useText();
  const client = useClient(token);
  const [chosen, setChosen] = useState(NOTHING);
  const { act, error, isBusy } = useAct(onChange);
  const given = PURPOSES.filter((purpose) => status.consent?.purposes[purpose]);
  if (given.length === 0) return null;

  const withdraw = () =>
    act(async () => {
      const body = { purposes: chosen };
      const next = await unwrap(client.POST("/api/candidate/rights/withdraw", { body }));
      setChosen(NOTHING);
      return next;
    });
  return (
    <Fold name="withdraw">
      {given.map((purpose) => (
        <label className="choice" key={purpose}>
          <input
            checked={chosen[purpose]}
            data-testid={`withdraw-${purpose}`}
            onChange={(event) => setChosen((old) => ({ ...old, [purpose]: event.target.checked }))}
            type="checkbox"
          />
          <span>
            <strong>{t(`purpose.${purpose}`)}</strong>
            <span className="choice-text">{t(`rights.withdraw.${purpose}`)}</span>
          </span>
        </label>
      ))}
      <button
        className="button"
        data-testid="withdraw"
        disabled={isBusy || !given.some((purpose) => chosen[purpose])}
        onClick={() => void withdraw()}
        type="button"
      >
        {t("rights.withdraw.action")}
      </button>
      <Trouble error={error} />
    </Fold>
  );
}
