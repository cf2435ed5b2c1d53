// The namespaces of DUIS and MMC documents [domain §1.1], and the text that their elements hold.
// Prefixes are free in what is read; what is written has the usual ones.

export const SR_NAMESPACE = 'http://www.dccinterface.co.uk/ServiceUserGateway';
export const RA_NAMESPACE = 'http://www.dccinterface.co.uk/ResponseAndAlert';
export const DS_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Versions of the DUIS schema that a Request may name. */
export const SCHEMA_VERSIONS_READ: readonly number[] = [5, 5.1, 5.2, 5.3, 5.4];
/** The version that every Response names. */
export const SCHEMA_VERSION = '5.4';

const SPECIAL = /[&<>\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
};

/** Text as Canonical XML writes it between tags. */
export function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll(/[&<>\r]/g, (character) => ESCAPES[character] ?? character);
}
