import { expect, test } from 'vitest';
import * as z from 'zod';
import { wireFlag, wireList, wireObject, wireProjected, wireText } from '../../zerto/wire-value.ts';
import { parseXml, XmlRefused } from '../../zerto/xml.ts';
import { xmlValue } from '../../zerto/xml-value.ts';
import { rejection, scripted } from './scripted-zvm.ts';

const head =
  'xmlns="http://schemas.zerto.com/zvm/api" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays"';
const xml = (body: string) => ({ headers: { 'content-type': 'application/xml; charset=utf-8' }, text: body });

const vpgs = `<?xml version="1.0" encoding="utf-8"?>
<ArrayOfVpgApi ${head}>
  <VpgApi>
    <ActiveProcessesApi><RunningFailOverTestApi><Stage>InTest</Stage></RunningFailOverTestApi></ActiveProcessesApi>
    <ActualRPO>7</ActualRPO>
    <Entities><Protected>VCVpg</Protected><Recovery>HyperV</Recovery></Entities>
    <LastTest i:nil="true" />
    <Link__x007B_0_x007D_><href>https://zvm/v1/vpgs/1</href></Link__x007B_0_x007D_>
    <Priority>High</Priority>
    <RecoverySite><identifier>site-2</identifier></RecoverySite>
    <Status>RpoNotMeetingSLA</Status>
    <SubStatus>BitmapSync</SubStatus>
    <VmsCount>1</VmsCount>
    <VpgIdentifier>1</VpgIdentifier>
    <VpgName>R&amp;D &lt;1&gt; </VpgName>
  </VpgApi>
</ArrayOfVpgApi>`;

test('a list of VPGs as the vendor writes it: asked for, and read', async () => {
  const { zvm, seen } = scripted(({ path }) => (path === 'vpgs' ? xml(vpgs) : undefined));
  const [vpg] = await zvm.vpgs.list({}, { xml: true });
  expect(seen.at(-1)?.headers['accept']).toBe('application/xml');
  expect(vpg).toMatchObject({
    id: '1',
    name: 'R&D <1> ',
    // By its word: a number of XML has no conflict.
    status: 'RpoNotMeetingSLA',
    subStatus: 'BitmapSync',
    priority: 'High',
    testStage: 'InTest',
    lastTest: undefined,
    actualRpo: 7,
    entities: { protected: 'VCVpg', recovery: 'HyperV' },
    recoverySite: { identifier: 'site-2' },
    vmsCount: 1,
  });
  expect(vpg?.raw['Link_{0}']).toEqual({ href: 'https://zvm/v1/vpgs/1' });
});

test('a ZVM that answers with JSON all the same is understood, and one that answers with XML unasked', async () => {
  const one = scripted(({ path }) => (path === 'vpgs' ? { body: [] } : undefined));
  expect(await one.zvm.vpgs.list({}, { xml: true })).toEqual([]);
  const two = scripted(({ path }) => (path === 'vpgs' ? xml(vpgs) : undefined));
  expect(await two.zvm.vpgs.list()).toHaveLength(1);
});

test('a refusal in XML is a refusal with its words', async () => {
  const { zvm } = scripted(({ path }) =>
    path === 'vpgs' ? { ...xml('<Error><Message>No licence.</Message></Error>'), status: 500 } : undefined,
  );
  expect(await rejection(zvm.vpgs.list({}, { xml: true }))).toMatchObject({
    name: 'Refused',
    vendorMessage: 'No licence.',
    retryable: false,
  });
});

const read = (text: string, schema?: z.ZodType) => xmlValue(parseXml(text), schema);
const shape = wireObject({
  Names: wireList(z.string()),
  Flag: wireFlag,
  Text: wireText,
  Inner: wireObject({}).nullish(),
});

test('what the schema asks for tells lists, objects, texts and nothing apart', () => {
  expect(read(`<X><Names/><Flag>true</Flag><Text/><Inner/></X>`, shape)).toEqual({
    Names: [],
    Flag: 'true',
    Text: '',
    Inner: {},
  });
  expect(read(`<X ${head}><names><a:string>one</a:string></names><Inner i:nil="true"/></X>`, shape)).toEqual({
    names: ['one'],
    Inner: null,
  });
  const projected = z.array(wireProjected(shape, ({ Names }) => Names));
  expect(projected.parse(read(`<A><X><Names><string>1</string></Names></X></A>`, projected))).toEqual([['1']]);
});

test('what no schema asks for stays text; its lists are known by their items', () => {
  expect(
    read(
      `<X><A>1</A><B><VpgApi><C>x</C></VpgApi></B><D><E>1</E><E>2</E></D><F><G>1</G></F><H/></X>`,
      z.record(z.string(), z.unknown()),
    ),
  ).toEqual({ A: '1', B: [{ C: 'x' }], D: ['1', '2'], F: { G: '1' }, H: '' });
  expect(read('<ArrayOfstring><string>one</string></ArrayOfstring>')).toEqual(['one']);
});

test('a name like that of a prototype does no harm', () => {
  const value = read('<X><__proto__><polluted>1</polluted></__proto__></X>');
  expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('character references and CDATA', () => {
  expect(read('<X>&#65;&#x1F600;<![CDATA[<&>]]></X>')).toBe('A😀<&>');
});

test.each([
  ['an unknown entity', '<X>&lol;</X>', /entity/i],
  ['a DOCTYPE', '<!DOCTYPE X [<!ENTITY lol "lol">]><X>&lol;</X>', /DOCTYPE/],
  ['one from outside', '<!DOCTYPE X SYSTEM "file:///etc/passwd"><X/>', /DOCTYPE/],
  ['half a document', '<X><Y>', /unclosed/i],
  ['tags that cross', '<X><Y></X></Y>', /unmatched|unexpected/i],
  ['nothing', '', /./],
  ['too deep', `${'<X>'.repeat(100_000)}${'</X>'.repeat(100_000)}`, /nested deeper/],
])('%s is refused', (_, text, why) => {
  expect(() => parseXml(text)).toThrow(XmlRefused);
  expect(() => parseXml(text)).toThrow(why);
});

test('an answer that is no XML is told as such', async () => {
  const { zvm } = scripted(({ path }) => (path === 'vpgs' ? xml('<ArrayOfVpgApi><VpgApi>') : undefined));
  const error = await rejection(zvm.vpgs.list({}, { xml: true }));
  expect(error).toMatchObject({ name: 'NotUnderstood', happened: 'no' });
  expect((error as Error).message).toContain('as XML:');
});
