package syscall

import "reflect"

var Symbols = map[string]map[string]reflect.Value{}
