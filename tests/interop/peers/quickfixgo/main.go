// The Go engine as a counterparty: `peer initiator|acceptor SETTINGS`. Commands come on standard input, a line each; what happened
// goes to standard output, a JSON object a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/quickfixgo/quickfix"
	"github.com/quickfixgo/quickfix/log/file"
	filestore "github.com/quickfixgo/quickfix/store/file"
)

type peer struct {
	lock    sync.Mutex
	session quickfix.SessionID
}

func (p *peer) say(event string, more map[string]any) {
	line := map[string]any{"event": event}
	for key, value := range more {
		line[key] = value
	}
	text, _ := json.Marshal(line)
	p.lock.Lock()
	defer p.lock.Unlock()
	fmt.Println(string(text))
}

func (p *peer) OnCreate(id quickfix.SessionID) { p.session = id }
func (p *peer) OnLogon(quickfix.SessionID)     { p.say("logon", nil) }
func (p *peer) OnLogout(quickfix.SessionID)    { p.say("logout", nil) }

func (p *peer) ToAdmin(*quickfix.Message, quickfix.SessionID)     {}
func (p *peer) ToApp(*quickfix.Message, quickfix.SessionID) error { return nil }

func (p *peer) FromAdmin(message *quickfix.Message, _ quickfix.SessionID) quickfix.MessageRejectError {
	kind, _ := message.Header.GetString(35)
	if kind == "3" || kind == "5" {
		text, _ := message.Body.GetString(58)
		event := map[string]string{"3": "reject", "5": "logout_received"}[kind]
		p.say(event, map[string]any{"text": text})
	}
	return nil
}

func (p *peer) FromApp(message *quickfix.Message, id quickfix.SessionID) quickfix.MessageRejectError {
	kind, err := message.Header.GetString(35)
	if err != nil {
		return err
	}
	if kind != "D" && kind != "8" {
		return quickfix.UnsupportedMessageType()
	}
	clOrdID, err := message.Body.GetString(11)
	if err != nil {
		return err
	}
	seq, _ := message.Header.GetInt(34)
	again, _ := message.Header.GetString(43)
	p.say(map[string]string{"D": "order", "8": "report"}[kind], map[string]any{"id": clOrdID, "seq": seq, "again": again == "Y"})
	if kind == "D" {
		if err := quickfix.SendToTarget(p.report(message, clOrdID), id); err != nil {
			p.say("unsent", nil)
		}
	}
	return nil
}

func (p *peer) order(id string) *quickfix.Message {
	order := quickfix.NewMessage()
	order.Header.SetString(35, "D")
	for tag, value := range map[quickfix.Tag]string{11: id, 21: "1", 38: "100", 40: "2", 44: "99.25", 54: "1", 55: "IBM"} {
		order.Body.SetString(tag, value)
	}
	order.Body.SetString(60, time.Now().UTC().Format("20060102-15:04:05.000"))
	return order
}

func (p *peer) report(order *quickfix.Message, id string) *quickfix.Message {
	report := quickfix.NewMessage()
	report.Header.SetString(35, "8")
	for tag, value := range map[quickfix.Tag]string{6: "0", 11: id, 14: "0", 17: "E" + id, 37: "X" + id, 39: "0", 150: "0"} {
		report.Body.SetString(tag, value)
	}
	if p.session.BeginString == "FIX.4.2" {
		report.Body.SetString(20, "0")
	}
	for _, tag := range []quickfix.Tag{38, 54, 55} {
		value, _ := order.Body.GetString(tag)
		report.Body.SetString(tag, value)
	}
	left, _ := order.Body.GetString(38)
	report.Body.SetString(151, left)
	return report
}

func (p *peer) obey() {
	p.say("ready", nil)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "orders":
			first, _ := strconv.Atoi(words[1])
			count, _ := strconv.Atoi(words[2])
			for number := first; number < first+count; number++ {
				if err := quickfix.SendToTarget(p.order(fmt.Sprintf("O%d", number)), p.session); err != nil {
					p.say("unsent", nil)
				}
			}
		case "quit":
			return
		default:
			p.say("unknown", nil)
		}
	}
}

func main() {
	settingsFile, err := os.Open(os.Args[2])
	if err != nil {
		panic(err)
	}
	settings, err := quickfix.ParseSettings(settingsFile)
	if err != nil {
		panic(err)
	}
	p := &peer{}
	logs, err := file.NewLogFactory(settings)
	if err != nil {
		panic(err)
	}
	store := filestore.NewStoreFactory(settings)
	if os.Args[1] == "acceptor" {
		acceptor, err := quickfix.NewAcceptor(p, store, settings, logs)
		if err != nil {
			panic(err)
		}
		if err := acceptor.Start(); err != nil {
			panic(err)
		}
		p.obey()
		acceptor.Stop()
		return
	}
	initiator, err := quickfix.NewInitiator(p, store, settings, logs)
	if err != nil {
		panic(err)
	}
	if err := initiator.Start(); err != nil {
		panic(err)
	}
	p.obey()
	initiator.Stop()
}
