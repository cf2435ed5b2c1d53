// Text to a Request document, by saxes: strict, with namespaces, without a DOM. A document type is
// refused the moment it is seen, and with it every entity but XML's own five; nothing is ever
// fetched or expanded [contract §5].

import { isUtf8 } from 'node:buffer';
import { SaxesParser, type XMLDecl } from 'saxes';
import { ProtocolError } from '../../protocol/errors.ts';
import { DuisDocument } from './document.ts';

/** An error answer never repeats more of a hostile document than this. */
const SHOWN_LENGTH_MAX = 120;

/** Encodings of which every document here is one already. */
const ENCODINGS = ['UTF-8', 'US-ASCII'];

/** A reference to an entity that a document would have to declare. */
const FOREIGN_ENTITY = /&(?!(?:amp|lt|gt|apos|quot);|#)[^;&<\s]{1,64};/;

function malformed(message: string, cause?: unknown): ProtocolError {
  return new ProtocolError('MALFORMED_FRAME', message.slice(0, SHOWN_LENGTH_MAX), { cause });
}

/** Reads documents one after another with one parser, which is made anew after a refusal. */
export class DuisReader {
  #parser: SaxesParser<{ xmlns: true }> | undefined;
  #document = new DuisDocument();
  #text = '';
  #isFirstTag = true;

  /** One frame's document, faults of its elements included. Throws `MALFORMED_FRAME`. */
  read(frame: Buffer): DuisDocument {
    if (!isUtf8(frame)) throw malformed('not XML: the bytes are not UTF-8');
    const parser = this.#parser ?? this.#open();
    // Not there again until this document turns out to be well formed.
    this.#parser = undefined;
    this.#document = new DuisDocument();
    this.#text = frame.toString();
    this.#isFirstTag = true;
    parser.write(this.#text).close();
    this.#parser = parser;
    this.#text = '';
    return this.#document;
  }

  /**
   * Six handlers and no more: with a seventh the engine takes the parser for a dictionary instead
   * of a record, and it parses five times slower. So the XML declaration is looked at afterwards.
   */
  #open(): SaxesParser<{ xmlns: true }> {
    const parser = new SaxesParser<{ xmlns: true }>({ xmlns: true });
    parser.on('opentag', (tag) => {
      if (this.#isFirstTag) checkEncoding(parser.xmlDecl);
      this.#isFirstTag = false;
      this.#document.open(tag);
    });
    parser.on('closetag', (tag) => this.#document.close(tag));
    parser.on('text', (text) => this.#document.text(text));
    parser.on('cdata', (text) => this.#document.text(text));
    parser.on('doctype', refuseDoctype);
    parser.on('error', (error) => {
      throw this.#notXml(error);
    });
    return parser;
  }

  #notXml(error: Error): ProtocolError {
    const entity = FOREIGN_ENTITY.exec(this.#text)?.[0];
    if (error.message.endsWith('undefined entity.') && entity !== undefined) {
      return malformed(`the entity ${entity} is refused: entities are not read here`, error);
    }
    return malformed(`not XML: ${error.message}`, error);
  }
}

function checkEncoding({ encoding }: XMLDecl): void {
  if (encoding === undefined || ENCODINGS.includes(encoding.toUpperCase())) return;
  throw malformed(`the encoding ${encoding} is refused: documents are UTF-8`);
}

function refuseDoctype(doctype: string): void {
  const name = doctype.trim().split(/[\s[]/, 1)[0];
  const entities = doctype.includes('<!ENTITY') ? ', and the entities that it declares' : '';
  throw malformed(`the document type <!DOCTYPE ${name}> is refused${entities}`);
}
