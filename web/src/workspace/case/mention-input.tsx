import { Combobox, Textarea, useCombobox } from "@mantine/core";
import { forwardRef, useState } from "react";
import type { CasePerson } from "../../api/types";
import { useText } from "../../i18n";

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly people: readonly CasePerson[];
  readonly onSubmit: () => void;
}

/** What stands between the last "@" and the caret; null where nobody is being called. */
function calling(text: string, caret: number): string | null {
  const found = /(?:^|\s)@([^@\n]{0,40})$/.exec(text.slice(0, caret));
  return found?.[1] ?? null;
}

/** A text in which "@" offers colleagues. */
export const MentionInput = forwardRef<HTMLTextAreaElement, Props>(function MentionInput(
  { value, onChange, people, onSubmit },
  ref,
) {
  const { t } = useText();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [caret, setCaret] = useState(0);
  const wanted = calling(value, caret);
  const found =
    wanted === null
      ? []
      : people.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase())).slice(0, 6);
  const call = (name: string) => {
    const before = value.slice(0, caret - (wanted?.length ?? 0));
    onChange(`${before}${name} ${value.slice(caret)}`);
    combobox.closeDropdown();
  };
  return (
    <Combobox onOptionSubmit={call} store={combobox} withinPortal={false}>
      <Combobox.Target withAriaAttributes={found.length > 0}>
        <Textarea
          autosize
          data-testid="comment-text"
          label={t("comment.text")}
          minRows={2}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            const { value: text, selectionStart } = event.currentTarget;
            onChange(text);
            setCaret(selectionStart);
            if (calling(text, selectionStart) === null) combobox.closeDropdown();
            else {
              combobox.openDropdown();
              combobox.selectFirstOption();
            }
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit();
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          placeholder={t("comment.placeholder")}
          ref={ref}
          value={value}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={found.length === 0}>
        <Combobox.Options aria-label={t("comment.people")}>
          {found.map(({ id, name }) => (
            <Combobox.Option data-testid="mention-option" key={id} value={name}>
              {name}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
});
