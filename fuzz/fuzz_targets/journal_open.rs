//! Any bytes as the segments of a journal are an error or a prefix, which goes on where it ends; reading them never panics.
#![no_main]

use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use fixplus_journal::session::{SessionJournal, SessionView};
use fixplus_journal::{Disk, DiskFile, Durability, Machine, Options, Reader, segments, verify};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Default)]
struct File(Mutex<Vec<u8>>);

#[derive(Debug, Default)]
struct Memory(Mutex<BTreeMap<PathBuf, Arc<File>>>);

impl DiskFile for File {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mut content = self.0.lock().unwrap();
        let from = usize::try_from(offset).unwrap();
        let end = content.len().max(from + bytes.len());
        content.resize(end, 0);
        content[from..from + bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let content = self.0.lock().unwrap();
        let from = usize::try_from(offset).unwrap().min(content.len());
        let count = into.len().min(content.len() - from);
        into[..count].copy_from_slice(&content[from..from + count]);
        Ok(count)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().len() as u64)
    }

    fn cut(&self, length: u64) -> io::Result<()> {
        self.0.lock().unwrap().truncate(usize::try_from(length).unwrap());
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Disk for Memory {
    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, _: &Path) -> io::Result<Vec<String>> {
        let names = self.0.lock().unwrap();
        Ok(names.keys().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let file = Arc::new(File::default());
        match self.0.lock().unwrap().insert(path.to_path_buf(), Arc::clone(&file)) {
            None => Ok(file),
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    fn open(&self, path: &Path, _: bool) -> io::Result<Arc<dyn DiskFile>> {
        match self.0.lock().unwrap().get(path) {
            Some(file) => Ok(Arc::clone(file) as _),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().remove(path).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn relocate(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, _: &Path) -> io::Result<Result<Box<dyn Any + Send + Sync>, String>> {
        Ok(Ok(Box::new(())))
    }

    fn salt(&self) -> u64 {
        Machine.salt()
    }
}

fuzz_target!(|input: &[u8]| {
    let [first, second, cut_low, cut_high, bytes @ ..] = input else { return };
    let cut = usize::from(u16::from_le_bytes([*cut_low, *cut_high])).min(bytes.len());
    let disk = Memory::default();
    let folder = Path::new("/j");
    for (number, bytes) in [(*first, &bytes[..cut]), (*second, &bytes[cut..])] {
        if !bytes.is_empty() {
            let file = Arc::new(File(Mutex::new(bytes.to_vec())));
            disk.0.lock().unwrap().insert(folder.join(format!("{number:020}.segment")), file);
        }
    }
    let disk = Arc::new(disk);
    let _ = segments(disk.as_ref(), folder);
    let mut numbers = fixplus_journal::session::Numbers::default();
    let found = verify(disk.as_ref(), folder, &mut numbers);
    let mut reader = Reader::new(Arc::clone(&disk) as _, folder, 0);
    while let Ok(Some(_)) = reader.next_record() {}
    let options = Options { disk, durability: Durability::Never, segment_bytes: 2000, ..Options::default() };
    if let Ok(view) = SessionView::open(folder, options.clone()) {
        let _ = view.read(0, u64::MAX, 4096);
    }
    let Ok(mut journal) = SessionJournal::open(folder, options.clone()) else { return };
    // What could be opened has no fault from there on, and goes on.
    assert!(found.is_ok());
    let records = journal.read(0, u64::MAX, usize::MAX).unwrap();
    assert!(records.windows(2).all(|pair| pair[0].number < pair[1].number));
    if journal.append(7, b"next", 0).is_err() {
        return;
    }
    journal.commit().unwrap();
    drop(journal);
    let mut again = SessionJournal::open(folder, options).unwrap();
    assert_eq!(again.read(7, 7, 0).unwrap()[0].payload, b"next");
});
