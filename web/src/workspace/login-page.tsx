import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Navigate, useLocation } from "react-router";
import { useText } from "../i18n";
import { errorText } from "../i18n/text";
import { Brand } from "../ui/brand";
import { LanguageSwitch } from "../ui/language";
import { Message } from "../ui/message";
import { useLogin, useMe } from "./queries";
import { ThemeSwitch } from "./shell/theme-switch";

export function LoginPage() {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const login = useLogin();
  const location = useLocation();
  const form = useForm({ initialValues: { email: "", password: "" } });

  if (me.data) return <Navigate replace to={target(location.state)} />;
  return (
    <div className="login">
      <header className="login-top">
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <main className="login-card">
        <Brand />
        <div>
          <h1>{t("login.title")}</h1>
          <p className="muted">{t("login.lead")}</p>
        </div>
        <form className="stack" onSubmit={form.onSubmit((values) => login.mutate(values))}>
          <TextInput
            autoComplete="username"
            data-testid="login-email"
            label={t("login.email")}
            required
            size="md"
            type="email"
            withAsterisk={false}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            autoComplete="current-password"
            data-testid="login-password"
            label={t("login.password")}
            required
            size="md"
            withAsterisk={false}
            {...form.getInputProps("password")}
          />
          {login.error && (
            <Message tone="danger" testId="login-error" isUrgent>
              {errorText(text, login.error)}
            </Message>
          )}
          <Button data-testid="login-submit" loading={login.isPending} size="md" type="submit">
            {t("login.submit")}
          </Button>
        </form>
      </main>
    </div>
  );
}

function target(state: unknown): string {
  const from = typeof state === "object" && state !== null && "from" in state ? state.from : null;
  return typeof from === "string" && from.startsWith("/") ? from : "/queue";
}
