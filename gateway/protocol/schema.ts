// JSON Schema with types, checked by compiled code: what is used of typebox. The library is some
// seven hundred files; `npm run build` puts those that this one needs into it, which takes a third
// off the time in which a command starts.

export { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
export { Compile, type Validator } from 'typebox/compile';
