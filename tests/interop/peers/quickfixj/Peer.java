import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import quickfix.Application;
import quickfix.DefaultMessageFactory;
import quickfix.FieldNotFound;
import quickfix.FileStoreFactory;
import quickfix.LogFactory;
import quickfix.FileLogFactory;
import quickfix.Message;
import quickfix.MessageStoreFactory;
import quickfix.Session;
import quickfix.SessionID;
import quickfix.SessionSettings;
import quickfix.SocketAcceptor;
import quickfix.SocketInitiator;
import quickfix.UnsupportedMessageType;

/**
 * The Java engine as a counterparty: {@code Peer initiator|acceptor SETTINGS}. Commands come on standard input, a line each; what
 * happened goes to standard output, a JSON object a line.
 */
public final class Peer implements Application {
    private volatile SessionID session;

    public static void main(String[] arguments) throws Exception {
        Peer peer = new Peer();
        SessionSettings settings = new SessionSettings(new FileInputStream(arguments[1]));
        MessageStoreFactory store = new FileStoreFactory(settings);
        LogFactory log = new FileLogFactory(settings);
        DefaultMessageFactory messages = new DefaultMessageFactory();
        if (arguments[0].equals("acceptor")) {
            SocketAcceptor acceptor = new SocketAcceptor(peer, store, settings, log, messages);
            acceptor.start();
            peer.obey();
            acceptor.stop();
        } else {
            SocketInitiator initiator = new SocketInitiator(peer, store, settings, log, messages);
            initiator.start();
            peer.obey();
            initiator.stop();
        }
        System.exit(0);
    }

    private void obey() throws Exception {
        say("ready", "");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.trim().split(" ");
            Session current = Session.lookupSession(session);
            switch (words[0]) {
                case "orders":
                    int first = Integer.parseInt(words[1]);
                    for (int number = first; number < first + Integer.parseInt(words[2]); number++) {
                        Session.sendToTarget(order("O" + number), session);
                    }
                    break;
                case "logout":
                    current.logout();
                    break;
                case "logon":
                    current.logon();
                    break;
                case "disconnect":
                    current.disconnect("asked to", false);
                    break;
                case "reset":
                    current.reset();
                    break;
                case "next":
                    current.setNextSenderMsgSeqNum(Integer.parseInt(words[1]));
                    current.setNextTargetMsgSeqNum(Integer.parseInt(words[2]));
                    break;
                case "numbers":
                    say("numbers", ",\"out\":" + current.getExpectedSenderNum() + ",\"in\":" + current.getExpectedTargetNum());
                    break;
                case "quit":
                    return;
                default:
                    say("unknown", "");
            }
        }
    }

    private static synchronized void say(String event, String more) {
        System.out.println("{\"event\":\"" + event + "\"" + more + "}");
        System.out.flush();
    }

    private Message order(String id) {
        Message order = new Message();
        order.getHeader().setString(35, "D");
        order.setString(11, id);
        order.setString(21, "1");
        order.setString(38, "100");
        order.setString(40, "2");
        order.setString(44, "99.25");
        order.setString(54, "1");
        order.setString(55, "IBM");
        order.setUtcTimeStamp(60, LocalDateTime.now(ZoneOffset.UTC), true);
        return order;
    }

    private Message report(Message order) throws FieldNotFound {
        Message report = new Message();
        report.getHeader().setString(35, "8");
        String id = order.getString(11);
        report.setString(6, "0");
        report.setString(11, id);
        report.setString(14, "0");
        report.setString(17, "E" + id);
        if (session.getBeginString().equals("FIX.4.2")) {
            report.setString(20, "0");
        }
        report.setString(37, "X" + id);
        report.setString(38, order.getString(38));
        report.setString(39, "0");
        report.setString(54, order.getString(54));
        report.setString(55, order.getString(55));
        report.setString(150, "0");
        report.setString(151, order.getString(38));
        return report;
    }

    @Override
    public void onCreate(SessionID id) {
        session = id;
    }

    @Override
    public void onLogon(SessionID id) {
        say("logon", "");
    }

    @Override
    public void onLogout(SessionID id) {
        say("logout", "");
    }

    @Override
    public void toAdmin(Message message, SessionID id) {}

    @Override
    public void fromAdmin(Message message, SessionID id) throws FieldNotFound {
        String type = message.getHeader().getString(35);
        if (type.equals("3") || type.equals("5")) {
            String text = message.isSetField(58) ? message.getString(58).replace('"', '\'') : "";
            say(type.equals("3") ? "reject" : "logout_received", ",\"text\":\"" + text + "\"");
        }
    }

    @Override
    public void toApp(Message message, SessionID id) {}

    @Override
    public void fromApp(Message message, SessionID id) throws FieldNotFound, UnsupportedMessageType {
        String type = message.getHeader().getString(35);
        boolean again = message.getHeader().isSetField(43) && message.getHeader().getBoolean(43);
        if (!type.equals("D") && !type.equals("8")) {
            throw new UnsupportedMessageType();
        }
        String more = ",\"id\":\"" + message.getString(11) + "\",\"seq\":" + message.getHeader().getInt(34) + ",\"again\":" + again;
        say(type.equals("D") ? "order" : "report", more);
        if (type.equals("D")) {
            try {
                Session.sendToTarget(report(message), id);
            } catch (quickfix.SessionNotFound error) {
                say("unsent", "");
            }
        }
    }
}
