"""Templates written to harm: each is refused, or stays harmless, in bounded time and memory."""

from __future__ import annotations

REFUSED = {
    "range": "{% for i in range(10**9) %}x{% endfor %}",
    "nested": "{% for i in range(100000) %}{% for j in range(100000) %}{% for k in range(100000) %}"
    "{% endfor %}{% endfor %}{% endfor %}",
    "filtered": "{% for i in range(90000) %}{% for j in range(90000) if false %}{% endfor %}{% endfor %}",
    "text_times": "{{ 'a' * 10**10 }}",
    "times_text": "{{ 10**10 * 'a' }}",
    "mullist": "{{ ([1] * 10**9)|length }}",
    "pow2": "{% set ns=namespace(x=9) %}{% for i in range(100) %}{% set ns.x = ns.x ** 9 %}{% endfor %}{{ns.x}}",
    "mulint": "{% set ns=namespace(x=9) %}{% for i in range(1000) %}{% set ns.x = ns.x * ns.x %}{% endfor %}{{ns.x}}",
    "center": "{{ 'a'|center(10**10) }}",
    "centerm": "{{ 'a'.center(10**10) }}",
    "ljust": "{{ 'a'.ljust(10**10) }}",
    "zfill": "{{ 'a'.zfill(10**10) }}",
    "expandtabs": "{{ '\t'.expandtabs(10**10) }}",
    "indent": "{{ 'a\n\n\nb'|indent(10**10) }}",
    "format_filter": "{{ '%1000000000d'|format(1) }}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "str_format": "{{ '{:>1000000000}'.format(1) }}",
    "str_format_nested": "{{ '{:>{w}}'.format(1, w=10**9) }}",
    "percent_star": "{{ '%*d' % (10**9, 1) }}",
    "class_of_text": "{{ ''.__class__.__mro__ }}",
    "format_attribute": "{{ '{0.__class__.__init__.__globals__}'.format(messages) }}",
    "subclasses": "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "cycler_globals": "{{ cycler.__init__.__globals__ }}",
    "macro": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "macro2": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(90) }}",
    "double": "{% set ns=namespace(x='aaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}"
    "{% endfor %}{{ns.x}}",
    "double2": "{% set ns=namespace(x='aaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}"
    "{% endfor %}{{ns.x}}",
    "double3": "{% set ns=namespace(x='aaaaaaaaaa') %}{% for i in range(60) %}"
    "{% set ns.x = ns.x.replace('a','aaaaaaaa') %}{% endfor %}{{ns.x}}",
    "double4": "{% set ns=namespace(x='aaaaaaaaaa') %}{% for i in range(60) %}"
    "{% set ns.x = [ns.x,ns.x]|join %}{% endfor %}{{ns.x}}",
    "double5": "{% set ns=namespace(x='a') %}{% for i in range(60) %}{% set ns.x %}"
    "{{ns.x}}{{ns.x}}{% endset %}{% endfor %}{{ns.x}}",
    "double6": "{% set ns=namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}"
    "{% endfor %}{{ns.x|length}}",
    "dag": "{% set ns=namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x,ns.x] %}{% endfor %}{{ns.x}}",
    "dagjson": "{% set ns=namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x,ns.x] %}"
    "{% endfor %}{{ns.x|tojson}}",
    "dageq": "{% set ns=namespace(x=[1],y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x,ns.x] %}"
    "{% set ns.y = [ns.y,ns.y] %}{% endfor %}{{ns.x == ns.y}}",
    "daghash": "{% set ns=namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = (ns.x,ns.x) %}"
    "{% endfor %}{{ {ns.x: 1} }}",
    "dagget": "{% set ns=namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = (ns.x,ns.x) %}"
    "{% endfor %}{{ {}.get(ns.x) }}{{ {}[ns.x] }}",
    "dagns": "{% set ns=namespace(x=1) %}{% for i in range(60) %}"
    "{% set ns.x = [namespace(a=ns.x), namespace(a=ns.x)] %}{% endfor %}{{ns}}",
    "self": "{% set a=[] %}{% set _=a.append(a) %}{{ a|tojson }}",
    "selfstr": "{% set a=[] %}{% set _=a.append(a) %}{{ a }}",
    "selfeq": "{% set a=[] %}{% set _=a.append(a) %}{% set b=[] %}{% set _=b.append(b) %}{{ a == b }}",
    "batch": "{{ [1]|batch(10**9,'x')|list }}",
    "slice": "{{ [1]|slice(10**9)|list }}",
    "round": "{{ 1.5|round(10**9) }}{{ 1.5|round(10**9,'ceil') }}",
    "jsonindent": "{{ [1]|tojson(indent=10**9) }}",
    "jsonsep": "{{ range(9000)|list|tojson(separators=('a'*100000,':')) }}",
    "join": "{{ range(99999)|map('string')|join('a'*100000) }}",
    "joinm": "{{ ('a'*100000).join(['b']*99999) }}",
    "tobytes": "{{ (1).to_bytes(10**10,'big') }}",
    "sum": "{{ ([[1]]*99999)|sum(start=[]) }}",
    "lipsum": "{{ lipsum(10**9) }}",
    "find": "{% set s='a'*4000000 %}{% for i in range(100000) %}{% if 'b' in s %}{% endif %}{% endfor %}",
    "slices": "{% set s='a'*4000000 %}{% for i in range(100000) %}{% set x = s[1:] %}{% endfor %}",
    "lists": "{% set s=range(99999)|list %}{% set o=[] %}{% for i in range(99999) %}"
    "{% set _ = o.append(s[:]) %}{% endfor %}",
    "body": "{% for i in range(100000) %}" + "{% set a = messages %}" * 9000 + "{% endfor %}",
    "static": "{% set x %}{% for i in range(100000) %}" + "x" * 100000 + "{% endfor %}{% endset %}",
    "deep": "{{ " + "(" * 100000 + "1" + ")" * 100000 + " }}",
    "deepadd": "{{ " + "1+" * 100000 + "1 }}",
    "deepif": "{% if 1 %}" * 5000 + "{% endif %}" * 5000,
    "deepfor": "{% for i in [1] %}" * 200 + "{% endfor %}" * 200,
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "extends": "{% extends 'x' %}",
    "recloop": "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "recloop2": "{% for i in range(100) recursive %}{{ loop(range(100)) }}{% endfor %}",
    "block": "{% block a %}{{ self.a() }}{% endblock %}",
    "caller": "{% macro m() %}{{ caller() }}{% endmacro %}{% macro r() %}{% call m() %}"
    "{{ r() }}{% endcall %}{% endmacro %}{{ r() }}",
    "translate": "{{ 'a'.translate({97:'b'*100000}) }}",
    "wrap": "{{ ('a '*100000)|wordwrap(1, true, 'b'*100000) }}",
    "sort": "{% for i in range(99999) %}{% set x = range(99999)|sort %}{% endfor %}",
    "gen": "{% for i in range(99999) %}{% set x = range(99999)|map('int')|sum %}{% endfor %}",
    "dictupd": "{% set d={} %}{% for i in range(99999) %}{% for j in range(99999) %}"
    "{% set _=d.update({j~'':'x'*1000}) %}{% endfor %}{% endfor %}",
    "strf": "{{ strftime_now('%1000000000Y') }}",
    "split": "{{ ('a,'*3000000).split(',')|length }}",
    "esc": "{% set ns=namespace(x='<'*1000) %}{% for i in range(60) %}"
    "{% set ns.x = ns.x|escape|string|forceescape %}{% endfor %}",
    "unb": "{% for i in range(3 %}",
    "raise": "{{ raise_exception('no') }}",
    "splat": "{{ dict(**{'a':1}) }}{{ range(*[1,10**10]) }}",
    "mod": "{{ '%s'*100000 % (('a'*100000,)*100000) }}",
    "fmt6": "{{ ('{0}'*100000).format('a'*100000) }}",
    "rep": "{{ 'aaaa'|replace('', 'b'*7000000) }}",
    "groupby": "{% set ns=namespace(x=[{'a':1}]) %}{% for i in range(60) %}"
    "{% set ns.x = ns.x|groupby(0)|list + ns.x|list %}{% endfor %}{{ns.x}}",
    "extend": "{% set a=[1] %}{% for i in range(60) %}{% set _=a.extend(a) %}{% endfor %}{{ a|length }}",
    "int2": "{{ 'f'*1000000|int(base=16) }}{{ ('f'*1000000)|int(0,16) }}",
    "float": "{{ 1e308*1e308 }}{{ (10**3000)|string|length }}",
    "mod_map": "{{ '%(a)s'*100000 % {'a': 'x'*100000} }}",
    "fmt_map": "{{ ('%(a)s'*100000) | format(a='x'*100000) }}",
    "nested_join": "{% set ns=namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x.join(ns.x) %}{% endfor %}",
}
HARMLESS = {
    "attr2": "{{ ''|attr('__class__') }}",
    "attr4": "{{ messages|map(attribute='__class__')|list }}",
    "attr6": "{{ raise_exception.__globals__ }}",
    "attr9": "{{ strftime_now['__globals__'] }}",
    "urlenc": "{% set ns=namespace(x='é'*1000) %}{% for i in range(60) %}{% set ns.x = ns.x|urlencode %}"
    "{% endfor %}{{ns.x}}",
    "setattr": "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}",
    "cyc": "{{ cycler(*range(99999)) }}{{ joiner('a'*100000)() }}",
    "trunc": "{{ 'abc'|truncate(10**9, end='x') }}",
    "ext2": "{% set a=[1] %}{% for i in range(60) %}{% set a = a*2 %}{% set _=a.insert(0,a) %}{% endfor %}",
    "int": "{{ ('9'*1000000)|int }}",
    "loopchg": "{% for i in range(10) %}{{ loop.__class__ }}{{ loop._iterable }}{% endfor %}",
    "ctx": "{{ self._TemplateReference__context }}",
}
