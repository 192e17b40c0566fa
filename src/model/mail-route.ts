/** How a mail server is reached. A password is never part of it: see `Credentials`. */
export type MailRoute =
  | {
      readonly kind: 'smtp';
      readonly host: string;
      readonly port: number;
      /** `implicit` is smtps; `required` refuses to go on without STARTTLS; `opportunistic` takes it where offered. */
      readonly tls: 'implicit' | 'required' | 'opportunistic' | 'off';
      /** PEM of the authority that the server's certificate must come from; null: one that Node trusts. */
      readonly caFile: string | null;
    }
  | { readonly kind: 'sendmail'; readonly path: string };

/** Who logs in to a mail server; from the environment or a file, never printed. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface MailSettings {
  readonly route: MailRoute;
  readonly from: string;
  /** At least one. */
  readonly to: readonly string[];
  readonly credentials: Credentials | null;
  readonly html: boolean;
}
